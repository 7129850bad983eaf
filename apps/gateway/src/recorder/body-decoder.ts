import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** Takes a body out of its `content-encoding` as it comes; zlib's pool does the work. */
export interface BodyDecoder {
  /** False where it can take no more: it fell too far behind, or the bytes are not what they were said to be. */
  write(bytes: Uint8Array): boolean;
  /** Whether all that was written was decoded; resolves behind its last byte. */
  end(): Promise<boolean>;
}

/** A batch has 100,000 answers at most; what unpacks to more is none. */
const DECODED_BYTES_MAX = 16 * 1024 ** 3;

export interface BodyDecoderOptions {
  /** As the header has it. */
  readonly contentEncoding: string | null;
  /** Bytes that may wait to be decoded. */
  readonly backlogBytesMax: number;
  readonly onBytes: (bytes: Uint8Array) => void;
}

/** Null for an encoding that we cannot read. */
export function createBodyDecoder(options: BodyDecoderOptions): BodyDecoder | null {
  const names = toEncodings(options.contentEncoding);
  if (!names.every((name) => STAGES.has(name))) return null;
  return names.length === 0 ? createPlainDecoder(options) : new StagedDecoder(names, options);
}

/** The codings of a body in the order in which they were applied; empty where it is plain. */
export function toEncodings(contentEncoding: string | null): readonly string[] {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
}

function createPlainDecoder({ onBytes }: Pick<BodyDecoderOptions, 'onBytes'>): BodyDecoder {
  return {
    write: (bytes) => {
      onBytes(bytes);
      return true;
    },
    end: () => Promise.resolve(true),
  };
}

class StagedDecoder implements BodyDecoder {
  readonly #names: readonly string[];
  readonly #options: BodyDecoderOptions;
  readonly #ended = Promise.withResolvers<boolean>();
  #stages: readonly Transform[] = [];
  #isFailed = false;
  #decodedBytes = 0;

  constructor(names: readonly string[], options: BodyDecoderOptions) {
    this.#names = names;
    this.#options = options;
  }

  write(bytes: Uint8Array): boolean {
    const [first = this.#open(bytes)] = this.#stages;
    if (this.#isFailed || first === undefined) return false;
    if (first.writableLength + bytes.byteLength > this.#options.backlogBytesMax) return false;
    first.write(bytes);
    return true;
  }

  end(): Promise<boolean> {
    const [first] = this.#stages;
    if (first === undefined) return Promise.resolve(true);
    if (!this.#isFailed) first.end();
    return this.#ended.promise;
  }

  /** The first stage, once there are bytes to tell it by. The last coding was applied last (RFC 9110 §8.4). */
  #open(bytes: Uint8Array): Transform | undefined {
    this.#stages = this.#names.toReversed().flatMap((name) => STAGES.get(name)?.(bytes) ?? []);
    for (const [index, stage] of this.#stages.entries()) {
      const next = this.#stages[index + 1];
      stage.on('error', () => this.#fail());
      if (next !== undefined) stage.pipe(next);
    }
    const last = this.#stages.at(-1);
    last?.on('data', (decoded: Uint8Array) => this.#take(decoded));
    // A decoder that was cut in its first block ends without a word and without a byte; that is not an empty body.
    last?.on('end', () => this.#ended.resolve(this.#decodedBytes > 0));
    return this.#stages[0];
  }

  #take(decoded: Uint8Array): void {
    this.#decodedBytes += decoded.byteLength;
    if (this.#decodedBytes > DECODED_BYTES_MAX) this.#fail();
    else if (!this.#isFailed) this.#options.onBytes(decoded);
  }

  #fail(): void {
    this.#isFailed = true;
    for (const stage of this.#stages) stage.destroy();
    this.#ended.resolve(false);
  }
}

const CHUNK_BYTES = 128 * 1024;
/** A body may be cut: what is there is decoded, and no end is missed. */
const ZLIB = { chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { chunkSize: CHUNK_BYTES, finishFlush: constants.BROTLI_OPERATION_FLUSH };
const ZSTD = { chunkSize: CHUNK_BYTES, finishFlush: constants.ZSTD_e_flush };

const STAGES: ReadonlyMap<string, (bytes: Uint8Array) => Transform> = new Map<string, (bytes: Uint8Array) => Transform>(
  [
    ['gzip', () => createGunzip(ZLIB)],
    ['x-gzip', () => createGunzip(ZLIB)],
    // Servers send both the zlib wrapping that the standard asks for and bare deflate.
    ['deflate', (bytes) => (isZlib(bytes) ? createInflate(ZLIB) : createInflateRaw(ZLIB))],
    ['br', () => createBrotliDecompress(BROTLI)],
    ['zstd', () => createZstdDecompress(ZSTD)],
  ],
);

/** The method of RFC 1950, deflate, stands in the low half of the first byte. */
function isZlib([first = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8;
}
