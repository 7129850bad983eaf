import { assembleMessage, maskSecretText, type MessageText, readMessageText, readSystemText } from '@nexus/anthropic';
import { splitWords } from '@nexus/core';
import { packBytes } from '../codec/codec.ts';
import { decodeBody } from '../codec/decode-body.ts';
import { toSha256 } from '../codec/hash.ts';
import type { MessageSearchSliceTable, MessageSearchTable } from '../schema.ts';
import { toSafeText } from '../writer/safe-text.ts';
import type { UnreadBody } from './load-slices.ts';
import { toUuid } from './to-uuid.ts';
import { toWordVector, WORDS_MAX } from './word-vector.ts';

/** Characters of a message that are kept and searched. */
export const SEARCHED_TEXT_MAX = 65_536;
const TOOLS_MAX = 50;
const TOOL_NAME_MAX = 128;

/** The request whose bodies are read. */
export interface ReadRequest {
  readonly payloadId: string;
  readonly month: string;
  readonly requestId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly domain: string;
}

/** An answer as it is stored. */
export interface StoredAnswer {
  readonly bytes: Uint8Array;
  readonly encoding: string | null;
  readonly isStream: boolean;
}

/** Rows of the search; a text may be in several, of which the earliest counts. */
export interface SearchRows {
  readonly texts: readonly MessageSearchTable[];
  readonly slices: readonly MessageSearchSliceTable[];
}

/** What the new messages of a request say, and its answer. Throws nothing that is worth a second try. */
export function readTexts(request: ReadRequest, body: UnreadBody, answer: StoredAnswer | null): SearchRows {
  const { payloadId: payload_id, month } = request;
  const read = body.slices.map(({ hash, index, kind, bytes }) => ({ hash, index, text: readSlice(kind, bytes) }));
  const calls = new Map<string, string>();
  for (const bytes of body.earlier) addCalls(calls, readSlice('message', bytes));
  for (const { text } of read) addCalls(calls, text);
  const texts: MessageSearchTable[] = [];
  const slices = read.map(({ hash, index, text }): MessageSearchSliceTable => {
    const row = text === null ? null : toRow(request, { text, calls, place: index, isAnswer: false });
    if (row !== null) texts.push(row);
    return { payload_id, month, slice_hash: toUuid(hash), text_hash: row?.text_hash ?? null };
  });
  const said = answer === null ? null : readAnswer(answer);
  const row = said === null ? null : toRow(request, { text: said, calls, place: 0, isAnswer: true });
  return { texts: row === null ? texts : [...texts, row], slices };
}

function addCalls(calls: Map<string, string>, text: MessageText | null): void {
  for (const [id, name] of text?.calls ?? []) calls.set(id, name);
}

function readSlice(kind: 'system' | 'message', bytes: Uint8Array): MessageText | null {
  const parsed = parseJson(bytes);
  return kind === 'system' ? readSystemText(parsed) : readMessageText(parsed);
}

/** Of an answer that broke off, what came. */
function readAnswer({ bytes, encoding, isStream }: StoredAnswer): MessageText | null {
  const body = decodeBody(bytes, encoding);
  if (body === null) return null;
  return readMessageText(isStream ? assembleMessage(body) : parseJson(body));
}

interface Said {
  readonly text: MessageText;
  readonly calls: ReadonlyMap<string, string>;
  readonly place: number;
  readonly isAnswer: boolean;
}

/** Null for a message without words. Secrets that were said are masked, so that nobody can go and gather them. */
function toRow(request: ReadRequest, { text: said, calls, place, isAnswer }: Said): MessageSearchTable | null {
  if (said.text === '') return null;
  const shown = maskSecretText(toSafeText(said.text, SEARCHED_TEXT_MAX)).slice(0, SEARCHED_TEXT_MAX).toWellFormed();
  const tools = [...said.calls.values(), ...said.resultIds.flatMap((id) => calls.get(id) ?? [])];
  const packed = packBytes(Buffer.from(shown));
  const saidAtMs = request.startedAt.getTime() + (isAnswer ? Math.max(0, request.durationMs) : 0);
  return {
    payload_id: request.payloadId,
    month: request.month,
    text_hash: toUuid(toSha256(Buffer.from(`${said.role}\n${said.identity}`)).subarray(0, 16)),
    said_at: new Date(saidAtMs),
    place,
    request_id: request.requestId,
    started_at: request.startedAt,
    is_answer: isAnswer,
    domain: request.domain,
    role: said.role,
    tools: [...new Set(tools)].slice(0, TOOLS_MAX).map((name) => toSafeText(name, TOOL_NAME_MAX)),
    words: toWordVector(splitWords(shown, WORDS_MAX)),
    text_length: said.text.length,
    codec: packed.codec,
    data: packed.data,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return parsed;
  } catch {
    return undefined;
  }
}
