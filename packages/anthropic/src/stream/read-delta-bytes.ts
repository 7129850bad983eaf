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
  const opening = OPENINGS.find((candidate) => candidate[0] === bytes[at] && candidate[1] === bytes[at + 1]);
  if (opening === undefined || !matches(bytes, at, opening)) return -1;
  const textStart = at + opening.length;
  const textEnd = end - TAIL.length;
  return textEnd < textStart || !matches(bytes, textEnd, TAIL) ? -1 : textEnd - textStart;
}

const encoder = new TextEncoder();

const HEAD = encoder.encode('{"type":"content_block_delta","index":');
const DELTA = encoder.encode(',"delta":{"type":"');
const OPENINGS = ['text_delta","text":"', 'thinking_delta","thinking":"', 'input_json_delta","partial_json":"'].map(
  (opening) => encoder.encode(opening),
);
const TAIL = encoder.encode('"}}');

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function matches(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
