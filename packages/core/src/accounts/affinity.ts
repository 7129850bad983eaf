/**
 * Places a conversation without remembering it: every process that knows the same accounts finds the same one, and an
 * account that comes or goes moves only its own share (rendezvous hashing, Thaler and Ravishankar 1998).
 */

/** A number for `text`: FNV-1a over its UTF-16 units, then mixed. */
export function toSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** How much what hashes to `key` is drawn to the member of this seed and weight; the highest one wins. */
export function toAffinity(key: number, seed: number, weight: number): number {
  return -weight / Math.log(toShare(key, seed));
}

/** A number between 0 and 1, and never either, that `key` and `seed` decide. */
export function toShare(key: number, seed: number): number {
  return (mix(key ^ seed) + 0.5) / 0x1_0000_0000;
}

/** Finaliser of MurmurHash3 (public domain): every bit of the input changes half of the bits that come out. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
