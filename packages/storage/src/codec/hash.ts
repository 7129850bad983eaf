import { hash } from 'node:crypto';

/** Bytes of a slice's hash: half a SHA-256, far beyond chance within one conversation and month. */
export const SLICE_HASH_BYTES = 16;

/** In one call, which takes 0.2 µs for a short text; a hash that is made and then fed takes 0.4. */
export function toSha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** The address of a slice inside its conversation and month. */
export function toSliceHash(bytes: Uint8Array): Buffer {
  return toSha256(bytes).subarray(0, SLICE_HASH_BYTES);
}

/** Cuts joined hashes into single ones; they share the memory of `refs`. */
export function splitHashes(refs: Buffer): Buffer[] {
  return Array.from({ length: refs.byteLength / SLICE_HASH_BYTES }, (_, index) =>
    refs.subarray(index * SLICE_HASH_BYTES, (index + 1) * SLICE_HASH_BYTES),
  );
}
