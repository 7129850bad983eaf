import { createByteBuffer } from '../bytes/byte-buffer.ts';
import { emitEventData, findDataStart, LF, type OnData } from './event-data.ts';

export interface SseScanner {
  push(piece: Uint8Array): void;
  /** Events that were longer than `EVENT_BYTES_MAX` and were passed over. */
  oversized(): number;
}

/** Claude's largest events carry whole search results of a few MB. */
export const EVENT_BYTES_MAX = 16 * 1024 * 1024;

const CR = 0x0d;
const LETTER_E = 0x65;

/**
 * Finds the events of an SSE stream in pieces of any size, with LF, CRLF or CR, and hands on their data without copying
 * it where an event lies within one piece. As the standard says, an event counts when its blank line has come, several
 * `data` lines are one value, and a byte-order mark at the start is no part of the stream
 * (html.spec.whatwg.org, "Interpreting an event stream").
 */
export function createSseScanner(onData: OnData): SseScanner {
  const normalise = createLineEndNormaliser();
  const carry = createCarry();
  /** One for all events: an object each would double the cost of scanning. */
  const border: EventBorder = { end: -1, lineCount: 0, lastLine: 0 };
  let oversized = 0;

  function finish(piece: Uint8Array, start: number): void {
    const event = carry.take(piece.subarray(start, border.end));
    if (event === null) oversized += 1;
    else emitEventData(event, { start: 0, end: event.length }, onData);
  }

  return {
    push(received) {
      const piece = normalise(received);
      let start = 0;
      for (;;) {
        if (carry.atLineStart() && piece[start] === LF) markEmptyEvent(border, start);
        else findEventEnd(piece, start, border);
        if (border.end === -1) break;
        if (!carry.isEmpty() || border.end - start > EVENT_BYTES_MAX) finish(piece, start);
        else if (isUsualEvent(piece, start, border)) emitLastLine(piece, border, onData);
        else emitEventData(piece, { start, end: border.end }, onData);
        start = border.end;
      }
      if (start < piece.length) carry.keep(start === 0 ? piece : piece.subarray(start));
    },
    oversized: () => oversized,
  };
}

/** An `event` line and a `data` line, or a `data` line alone: nearly every event. */
function isUsualEvent(bytes: Uint8Array, start: number, { lineCount }: EventBorder): boolean {
  return lineCount === 1 || (lineCount === 2 && bytes[start] === LETTER_E);
}

function emitLastLine(bytes: Uint8Array, { end, lastLine }: EventBorder, onData: OnData): void {
  const dataStart = findDataStart(bytes, lastLine, end - 2);
  if (dataStart !== -1) onData(bytes, dataStart, end - 2);
}

/** The begin of an event whose end has not come, up to the bound. */
interface Carry {
  isEmpty(): boolean;
  atLineStart(): boolean;
  keep(rest: Uint8Array): void;
  /** The whole event once `rest` has completed it, valid until the next `keep`; null where it was too long. */
  take(rest: Uint8Array): Uint8Array | null;
}

function createCarry(): Carry {
  const kept = createByteBuffer();
  let lineStart = true;
  let dropping = false;

  function keep(rest: Uint8Array): void {
    lineStart = rest[rest.length - 1] === LF;
    dropping ||= kept.length + rest.length > EVENT_BYTES_MAX;
    if (dropping) kept.clear();
    else kept.append(rest);
  }

  return {
    isEmpty: () => kept.length === 0 && !dropping,
    atLineStart: () => lineStart,
    keep,
    take(rest) {
      keep(rest);
      const event = dropping ? null : kept.view();
      kept.clear();
      lineStart = true;
      dropping = false;
      return event;
    },
  };
}

/** A blank line alone, as between two blank lines. */
function markEmptyEvent(border: EventBorder, start: number): void {
  border.end = start + 1;
  border.lineCount = 0;
  border.lastLine = start;
}

interface EventBorder {
  /** Behind the blank line that ends the event; -1 where it has not come. */
  end: number;
  lineCount: number;
  lastLine: number;
}

/** Fills `border` for the event whose next line begins at `from`. */
function findEventEnd(bytes: Uint8Array, from: number, border: EventBorder): void {
  let lineStart = from;
  let lineCount = 1;
  let lineEnd = bytes.indexOf(LF, from);
  while (lineEnd !== -1) {
    if (bytes[lineEnd + 1] === LF) {
      border.end = lineEnd + 2;
      border.lineCount = lineCount;
      border.lastLine = lineStart;
      return;
    }
    lineStart = lineEnd + 1;
    lineCount += 1;
    lineEnd = bytes.indexOf(LF, lineStart);
  }
  border.end = -1;
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
