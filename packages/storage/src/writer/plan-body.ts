import { SLICE_HASH_BYTES } from '../codec/hash.ts';
import type { Base } from './payload-memory.ts';

/** How a body hangs together with the ones before it. */
export type BodyPlan =
  | { readonly kind: 'keyframe'; readonly because: 'no-base' | 'chain-full' }
  | { readonly kind: 'link'; readonly base: Base; readonly keep: number };

/** Reading a body reads its whole chain, so a chain has at most this many requests. */
export const CHAIN_REQUESTS_MAX = 32;

/**
 * Picks the base that shares the longest beginning with `hashes`, the later one where two share as much. Only requests
 * that began before this one count: the read of a chain is bounded by the two starts.
 */
export function planBody(
  record: { readonly startedAtMs: number; readonly hashes: Buffer },
  bases: readonly Base[],
  groupSize: (keyframeId: string) => number,
): BodyPlan {
  let best: { base: Base; keep: number } | null = null;
  for (const base of bases) {
    if (base.startedAtMs > record.startedAtMs) continue;
    const keep = countShared(base.hashes, record.hashes);
    if (keep > 0 && keep >= (best?.keep ?? 0)) best = { base, keep };
  }
  if (!best) return { kind: 'keyframe', because: 'no-base' };
  if (groupSize(best.base.keyframeId) >= CHAIN_REQUESTS_MAX) return { kind: 'keyframe', because: 'chain-full' };
  return { kind: 'link', ...best };
}

/** How many whole hashes both lists begin with. */
function countShared(left: Buffer, right: Buffer): number {
  const bytes = Math.min(left.byteLength, right.byteLength);
  let at = 0;
  while (at < bytes && left[at] === right[at]) at += 1;
  return Math.floor(at / SLICE_HASH_BYTES);
}
