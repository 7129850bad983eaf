import { createByteBuffer, type ByteBuffer } from '../bytes/byte-buffer.ts';
import { findMember, isKey, scanArray, scanObject, type Span } from '../json/scan-json.ts';
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json/skip-json.ts';

/** 8 KB of each part tell conversations apart, and hashing them costs 10 µs instead of 65 for a whole body. */
const PART_BYTES_MAX = 8192;

/**
 * The texts that open a conversation: those of `system`, then those of the first user message, as they stand in the
 * body. Only texts, since clients move cache markers and turn strings into blocks from one turn to the next. A message
 * without text counts by its beginning.
 */
export function openingOf(
  body: Uint8Array,
  { system, messages }: { readonly system: Span | null; readonly messages: Span | null },
): Uint8Array {
  const opening = createByteBuffer(512);
  if (system !== null) gatherTexts(body, system, opening);
  const firstUser = messages === null ? null : findFirstUserContent(body, messages);
  if (firstUser !== null) {
    const before = opening.length;
    gatherTexts(body, firstUser, opening);
    if (opening.length === before) appendBounded(opening, body, firstUser);
  }
  return opening.view();
}

/** Claude Code puts a line of its own first, which names the turn before; it differs between requests of one conversation. */
const ATTRIBUTION = new TextEncoder().encode('"x-anthropic-billing-header');

/** `content` is a string or an array of blocks with `text`. */
function gatherTexts(body: Uint8Array, content: Span, opening: ByteBuffer): void {
  const full = opening.length + PART_BYTES_MAX;
  const gather = (text: Span): void => {
    if (opening.length < full && !startsWith(body, text, ATTRIBUTION)) appendBounded(opening, body, text);
  };
  if (body[content.start] === QUOTE) gather(content);
  if (body[content.start] !== OPEN_BRACKET) return;
  scanArray(body, content.start, (block) => {
    const text = body[block.start] === OPEN_BRACE ? findMember(body, block.start, 'text') : null;
    if (text !== null && body[text.start] === QUOTE) gather(text);
    return opening.length < full;
  });
}

function appendBounded(opening: ByteBuffer, body: Uint8Array, piece: Span): void {
  opening.append(body.subarray(piece.start, Math.min(piece.end, piece.start + PART_BYTES_MAX)));
}

function findFirstUserContent(body: Uint8Array, messages: Span): Span | null {
  let content: Span | null = null;
  scanArray(body, messages.start, (message) => {
    content = readUserContent(body, message);
    return content === null;
  });
  return content;
}

function readUserContent(body: Uint8Array, message: Span): Span | null {
  let role: Span | null = null;
  let content: Span | null = null;
  scanObject(body, message.start, (key, value) => {
    if (isKey(body, key, 'role')) role = value;
    if (isKey(body, key, 'content')) content = value;
  });
  return role !== null && isUser(body, role) ? content : null;
}

function isUser(body: Uint8Array, role: Span): boolean {
  return role.end - role.start === USER.length && startsWith(body, role, USER);
}

const USER = new TextEncoder().encode('"user"');

function startsWith(body: Uint8Array, span: Span, prefix: Uint8Array): boolean {
  if (span.end - span.start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    if (body[span.start + i] !== prefix[i]) return false;
  }
  return true;
}
