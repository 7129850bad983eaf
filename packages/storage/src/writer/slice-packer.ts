import { packBytes } from '../codec/codec.ts';
import type { PackedSlice } from '../spool/spooled-record.ts';
import type { PayloadMemory, PayloadMonth } from './payload-memory.ts';

/** Packs a slice of a conversation; null where the database has it already. */
export type PayloadSlicePacker = (place: PayloadMonth, hash: Buffer, bytes: Uint8Array) => PackedSlice | null;

/** Until a batch is written, each request of a conversation packs all slices again; the copies are shared meanwhile. */
const SHARED_BYTES_MAX = 16 * 1024 * 1024;

export function createSlicePacker(memory: PayloadMemory): PayloadSlicePacker {
  const shared = new Map<string, PackedSlice>();
  let sharedBytes = 0;
  return (place, hash, bytes) => {
    if (memory.isWritten(place, hash)) return null;
    // The content decides the packed form, so copies are shared between conversations as well.
    const key = hash.toString('latin1');
    const known = shared.get(key);
    if (known) return known;
    const slice = { hash, rawBytes: bytes.byteLength, ...packBytes(bytes) };
    if (sharedBytes > SHARED_BYTES_MAX) {
      shared.clear();
      sharedBytes = 0;
    }
    shared.set(key, slice);
    sharedBytes += slice.data.byteLength;
    return slice;
  };
}
