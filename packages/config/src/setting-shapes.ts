import { z } from 'zod';
import { Secret } from './secret.ts';

/** Milliseconds. 2^31 - 1 is the longest that a timer can wait; above it timers fire at once. */
export function toMs(preset: number) {
  return z.int().min(1).max(2_147_483_647).default(preset);
}

/** How many of something, at least one. */
export function toCount(preset: number) {
  return z.int().min(1).max(1_000_000).default(preset);
}

/** A text that nobody may see. `meaning` says in words what `shape` asks for. */
export function toSecret(shape = /\S/, meaning = 'a text that is not empty') {
  return z
    .string()
    .regex(shape, `must be ${meaning}`)
    .transform((text) => new Secret(text.trim()))
    .nullable()
    .default(null);
}
