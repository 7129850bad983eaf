import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@nexus/config';

/** Compares in a time that tells nothing of where, or whether in length, the two differ. */
export function isSameSecret(presented: string, expected: Secret): boolean {
  return timingSafeEqual(digest(presented), digest(expected.reveal()));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
