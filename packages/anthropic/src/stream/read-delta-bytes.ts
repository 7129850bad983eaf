/**
 * Bytes of text, thinking or tool input in a `content_block_delta`, as they stand in the JSON, told from the borders of
 * the event alone: this runs for every event of every stream. -1 where the event is not written the way Claude writes
 * it; then it must be parsed.
 */
export function readDeltaBytes(bytes: Uint8Array, start: number, end: number): number {
  if (!matches(bytes, start, HEAD)) return -1;
  let at = start + HEAD.length;
  while (isDigit(bytes[at])) at += 1;
  if (!matches(bytes, at, DELTA)) return -1;
  at += DELTA.length;
  const opening = openingAt(bytes, at);
  if (opening === null || !matches(bytes, at, opening)) return -1;
  const textStart = at + opening.length;
  const textEnd = end - TAIL.length;
  return textEnd < textStart || !matches(bytes, textEnd, TAIL) ? -1 : textEnd - textStart;
}

const encoder = new TextEncoder();

const HEAD = encoder.encode('{"type":"content_block_delta","index":');
const DELTA = encoder.encode(',"delta":{"type":"');
const TEXT = encoder.encode('text_delta","text":"');
const THINKING = encoder.encode('thinking_delta","thinking":"');
const TOOL_INPUT = encoder.encode('input_json_delta","partial_json":"');
const TAIL = encoder.encode('"}}');

/** The only opening that can stand here, told by its first two letters. */
function openingAt(bytes: Uint8Array, at: number): Uint8Array | null {
  if (bytes[at] === TOOL_INPUT[0]) return TOOL_INPUT;
  if (bytes[at] !== TEXT[0]) return null;
  return bytes[at + 1] === TEXT[1] ? TEXT : THINKING;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
