import type { BodyFraming } from './request-head.ts';

/** Gathers one request body from the bytes of a connection. */
export interface BodyReader {
  /** Takes bytes and gives back what lies behind the end of the body, or null while the body is not complete. */
  push(bytes: Buffer): Buffer | null;
  /** The body so far, without chunk framing. */
  take(): Buffer;
  readonly bytes: number;
}

export function createBodyReader(framing: BodyFraming): BodyReader {
  return framing.kind === 'length' ? createLengthReader(framing.bytes) : createChunkedReader();
}

function createLengthReader(bytesExpected: number): BodyReader {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    push(input) {
      const missing = bytesExpected - bytes;
      const piece = input.length > missing ? input.subarray(0, missing) : input;
      if (piece.length > 0) pieces.push(piece);
      bytes += piece.length;
      return bytes === bytesExpected ? input.subarray(piece.length) : null;
    },
    take: () => joinPieces(pieces),
  };
}

function createChunkedReader(): BodyReader {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let line = '';
  let left = 0;
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';

  /** One line ended: a chunk size, the line break behind a chunk, or a trailer line. */
  function endLine(text: string): void {
    if (state === 'size') {
      left = Number.parseInt(text, 16);
      state = left > 0 ? 'data' : 'trailer';
    } else if (state === 'data-end') state = 'size';
    else if (text === '') state = 'done';
  }

  return {
    get bytes() {
      return bytes;
    },
    push(input) {
      let at = 0;
      while (at < input.length && state !== 'done') {
        if (state === 'data') {
          const piece = input.subarray(at, at + left);
          pieces.push(piece);
          bytes += piece.length;
          left -= piece.length;
          at += piece.length;
          if (left === 0) state = 'data-end';
          continue;
        }
        const newline = input.indexOf(10, at);
        line += input.toString('latin1', at, newline === -1 ? input.length : newline);
        if (newline === -1) return null;
        at = newline + 1;
        const text = line.trimEnd();
        line = '';
        endLine(text);
      }
      return state === 'done' ? input.subarray(at) : null;
    },
    take: () => joinPieces(pieces),
  };
}

function joinPieces(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
}
