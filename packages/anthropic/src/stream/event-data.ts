import { createByteBuffer } from '../bytes/byte-buffer.ts';
import type { Span } from '../json/scan-json.ts';

/** Receives the data of one event as a view that holds only during the call. */
export type OnData = (bytes: Uint8Array, start: number, end: number) => void;

export const LF = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * Hands on the data of one event, if it has any. `event` ends with the LF of its last line and the one of the blank
 * line; its other fields say nothing that the data does not say again.
 */
export function emitEventData(bytes: Uint8Array, event: Span, onData: OnData): void {
  let data: Span | null = null;
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

function findLineEnd(bytes: Uint8Array, from: number, eventEnd: number): number {
  const lineEnd = bytes.indexOf(LF, from);
  return lineEnd === -1 ? eventEnd - 1 : lineEnd;
}

/** Where the value of a `data` line begins; -1 for every other line. */
export function findDataStart(bytes: Uint8Array, from: number, lineEnd: number): number {
  const at = bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from;
  const named = bytes[at] === 0x64 && bytes[at + 1] === 0x61 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x61;
  if (!named) return -1;
  if (at + 4 === lineEnd) return lineEnd;
  if (bytes[at + 4] !== COLON) return -1;
  return bytes[at + 5] === SPACE ? at + 6 : at + 5;
}

function emitManyLines(bytes: Uint8Array, event: Span, onData: OnData): void {
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
