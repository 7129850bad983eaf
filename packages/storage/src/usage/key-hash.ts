import { toSliceHash } from '../codec/hash.ts';
import { toUuid } from '../search/to-uuid.ts';

/** Half the SHA-256 of texts with a zero byte between, which no stored text holds; migrations make it alike in SQL. */
export function toKeyHash(texts: readonly string[]): string {
  return toUuid(toSliceHash(Buffer.from(texts.join('\0'))));
}

/** The beginning of the day (UTC) of an instant. */
export function toDay(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / DAY_MS) * DAY_MS);
}

const DAY_MS = 86_400_000;
