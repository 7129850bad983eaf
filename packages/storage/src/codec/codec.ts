import { StorageError } from '../storage-error.ts';

/** How bytes in a column are packed; the number is stored beside them, so it can never be given a new meaning. */
export const CODECS = { raw: 0, zstd: 1 } as const;

export interface PackedBytes {
  readonly codec: number;
  readonly data: Buffer;
}

/** Shorter bytes gain less than the frame of zstd costs. */
const PACK_BYTES_MIN = 128;

/** Packs bytes with zstd level 3 where that makes them shorter: 3.5 times on whole bodies at 182 MB/s. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  if (bytes.byteLength >= PACK_BYTES_MIN) {
    // Bun's own call: node:zlib made a new context each time, 88 µs for 600 bytes against 3, and took a cut frame for empty.
    const packed = Bun.zstdCompressSync(bytes, { level: 3 });
    if (packed.byteLength < bytes.byteLength) return { codec: CODECS.zstd, data: packed };
  }
  return { codec: CODECS.raw, data: Buffer.from(bytes) };
}

/** The bytes that were packed. Throws `body-damaged` for a codec of a later version or a broken frame. */
export function unpackBytes(packed: PackedBytes): Buffer {
  if (packed.codec === CODECS.raw) return packed.data;
  if (packed.codec !== CODECS.zstd) throw new StorageError('body-damaged', `unknown codec ${packed.codec}`);
  try {
    return Bun.zstdDecompressSync(packed.data);
  } catch (error) {
    throw new StorageError('body-damaged', 'a compressed column does not decode', { cause: error });
  }
}
