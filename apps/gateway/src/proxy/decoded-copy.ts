import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** A decoded copy of an encoded answer, made off this thread by zlib's pool. */
export interface DecodedCopy {
  /** Takes a copy of `piece`; the caller keeps its own. `decoded` is called once its bytes were given to `onBytes`. */
  push(piece: Uint8Array, decoded: () => void): void;
  /** Resolves when everything pushed was decoded, or after a bound. */
  end(): Promise<void>;
  /** False once decoding failed or fell behind. */
  complete(): boolean;
}

/** Encoded bytes that may wait for the decoder; beyond, the copy is given up and the recorder decodes later anyway. */
const BACKLOG_BYTES_MAX = 1_048_576;
/** What one answer may grow to when decoded here; guards against a decompression bomb. */
const DECODED_BYTES_MAX = 268_435_456;
const DRAIN_MS_MAX = 2_000;

/** Null for an encoding that we cannot read. */
export function createDecodedCopy(encoding: string, onBytes: (bytes: Uint8Array) => void): DecodedCopy | null {
  const decoder = createDecoder(encoding);
  if (decoder === null) return null;
  let backlogBytes = 0;
  let decodedBytes = 0;
  let givenUp = false;

  function giveUp(): void {
    givenUp = true;
    decoder?.destroy();
  }

  decoder.on('data', (bytes: Uint8Array) => {
    decodedBytes += bytes.byteLength;
    if (decodedBytes > DECODED_BYTES_MAX) giveUp();
    else onBytes(bytes);
  });
  decoder.on('error', giveUp);

  return {
    push: (piece, decoded) => {
      if (givenUp) return;
      // Read now: by the time zlib is done, the piece itself belongs to the recorder's thread and is empty here.
      const bytes = piece.byteLength;
      backlogBytes += bytes;
      if (backlogBytes > BACKLOG_BYTES_MAX) {
        giveUp();
        return;
      }
      // A copy, because the piece itself is transferred to the recorder while zlib's thread may still read it.
      decoder.write(piece.slice(), () => {
        backlogBytes -= bytes;
        decoded();
      });
    },
    end: () => endWithin(decoder, DRAIN_MS_MAX),
    complete: () => !givenUp,
  };
}

function endWithin(decoder: Transform, ms: number): Promise<void> {
  if (decoder.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    decoder.destroy();
    resolve();
  }, ms);
  const done = (): void => {
    clearTimeout(timer);
    resolve();
  };
  decoder.once('end', done);
  decoder.once('close', done);
  decoder.once('error', done);
  decoder.end();
  return promise;
}

function createDecoder(encoding: string): Transform | null {
  // Streams are flushed per event and may be cut: decode what is there instead of failing on a missing end.
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    case 'deflate':
      return createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return createZstdDecompress({ finishFlush: constants.ZSTD_e_flush });
    default:
      return null;
  }
}
