/** SHA-256 of bytes, synchronous; the caller's, since this package runs wherever web standards do. */
export type Digest = (bytes: Uint8Array) => Uint8Array;

/** The first 16 bytes of a SHA-256 as 32 lower-case hex digits. */
export type LinkHash = string;

const HASH_BYTES = 16;
const encoder = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * The hash of `parts` in order. NUL parts them, so every part but the last must be free of it; half a surrogate pair
 * counts as U+FFFD, as it does on any wire.
 */
export function toLinkHash(digest: Digest, parts: readonly string[]): LinkHash {
  return toHex(digest(encoder.encode(parts.join('\0'))));
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let at = 0; at < HASH_BYTES; at++) hex += HEX[bytes[at] ?? 0];
  return hex;
}
