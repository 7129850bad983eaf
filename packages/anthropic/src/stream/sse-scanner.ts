import { createByteBuffer } from '../bytes/byte-buffer.ts';

/** Receives the data of one event as a view that holds only during the call. */
export type OnData = (bytes: Uint8Array, start: number, end: number) => void;

export interface SseScanner {
  push(piece: Uint8Array): void;
  /** Events that were longer than `EVENT_BYTES_MAX` and were passed over. */
  readonly oversized: number;
}

/** Claude's largest events carry whole search results of a few MB. */
export const EVENT_BYTES_MAX = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * Finds the events of an SSE stream in pieces of any size, with LF, CRLF or CR, and hands on their data without copying
 * it where an event lies within one piece. As the standard says, an event counts when its blank line has come, several
 * `data` lines are one value, and a byte-order mark at the start is no part of the stream
 * (html.spec.whatwg.org, "Interpreting an event stream").
 */
export function createSseScanner(onData: OnData): SseScanner {
  const normalise = createLineEndNormaliser();
  /** The begin of an event whose end has not come. */
  const carry = createByteBuffer();
  let atLineStart = true;
  let dropping = false;
  let oversized = 0;

  function finish(bytes: Uint8Array, start: number, end: number): void {
    if (dropping || end - start > EVENT_BYTES_MAX) {
      oversized += 1;
      dropping = false;
      return;
    }
    emitEvent(bytes, { start, end }, onData);
  }

  function keep(rest: Uint8Array): void {
    if (rest.length === 0) return;
    atLineStart = rest[rest.length - 1] === LF;
    if (dropping) return;
    if (carry.length + rest.length > EVENT_BYTES_MAX) {
      dropping = true;
      carry.clear();
      return;
    }
    carry.append(rest);
  }

  function scan(piece: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = findEventEnd(piece, start, atLineStart);
      if (end === -1) {
        keep(start === 0 ? piece : piece.subarray(start));
        return;
      }
      if (carry.length > 0) {
        keep(piece.subarray(start, end));
        finish(carry.view(), 0, carry.length);
        carry.clear();
      } else finish(piece, start, end);
      atLineStart = true;
      start = end;
    }
  }

  return {
    push(piece) {
      scan(normalise(piece));
    },
    get oversized() {
      return oversized;
    },
  };
}

/** Behind the blank line that ends the event at `from`; -1 where it has not come. */
function findEventEnd(bytes: Uint8Array, from: number, atLineStart: boolean): number {
  if (atLineStart && bytes[from] === LF) return from + 1;
  let lineEnd = bytes.indexOf(LF, from);
  while (lineEnd !== -1) {
    if (bytes[lineEnd + 1] === LF) return lineEnd + 2;
    lineEnd = bytes.indexOf(LF, lineEnd + 1);
  }
  return -1;
}

/** `event` ends with the LF of its last line and the one of the blank line. */
function emitEvent(bytes: Uint8Array, event: { start: number; end: number }, onData: OnData): void {
  let data: { start: number; end: number } | null = null;
  let lineStart = event.start;
  while (lineStart < event.end - 1) {
    const lineEnd = findLineEnd(bytes, lineStart, event.end);
    const start = findDataStart(bytes, lineStart, lineEnd);
    if (start !== -1) {
      if (data !== null) {
        emitManyLines(bytes, event, onData);
        return;
      }
      data = { start, end: lineEnd };
    }
    lineStart = lineEnd + 1;
  }
  if (data !== null) onData(bytes, data.start, data.end);
}

/** The last line of nearly every event is its data, so its end is known without another search. */
function findLineEnd(bytes: Uint8Array, from: number, eventEnd: number): number {
  const lineEnd = bytes.indexOf(LF, from);
  return lineEnd === -1 ? eventEnd - 1 : lineEnd;
}

/** Where the value of a `data` line begins; -1 for every other line. */
function findDataStart(bytes: Uint8Array, from: number, lineEnd: number): number {
  const at = bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from;
  const named = bytes[at] === 0x64 && bytes[at + 1] === 0x61 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x61;
  if (!named) return -1;
  if (at + 4 === lineEnd) return lineEnd;
  if (bytes[at + 4] !== COLON) return -1;
  return bytes[at + 5] === SPACE ? at + 6 : at + 5;
}

function emitManyLines(bytes: Uint8Array, event: { start: number; end: number }, onData: OnData): void {
  const joined = createByteBuffer(event.end - event.start);
  let first = true;
  let lineStart = event.start;
  while (lineStart < event.end - 1) {
    const lineEnd = findLineEnd(bytes, lineStart, event.end);
    const start = findDataStart(bytes, lineStart, lineEnd);
    if (start !== -1) {
      if (!first) joined.appendByte(LF);
      joined.append(bytes.subarray(start, lineEnd));
      first = false;
    }
    lineStart = lineEnd + 1;
  }
  onData(joined.view(), 0, joined.length);
}

/** CRLF and CR become LF; a piece without CR, which is nearly every one, is handed on as it is. */
function createLineEndNormaliser(): (piece: Uint8Array) => Uint8Array {
  let afterCr = false;
  return (piece) => {
    if (piece.length === 0 || (!afterCr && !piece.includes(CR))) return piece;
    const normal = new Uint8Array(piece.length);
    let length = 0;
    for (const byte of piece) {
      if (!(byte === LF && afterCr)) {
        normal[length] = byte === CR ? LF : byte;
        length += 1;
      }
      afterCr = byte === CR;
    }
    return normal.subarray(0, length);
  };
}
