/**
 * Text that PostgreSQL takes: at most `charactersMax` UTF-16 units, no NUL (no text type holds it) and no half of a
 * surrogate pair. What callers and upstreams send may hold any of these.
 */
export function toSafeText(text: string, charactersMax: number): string {
  const cut = text.length > charactersMax ? text.slice(0, charactersMax) : text;
  return cut.toWellFormed().replaceAll('\0', '\u{FFFD}');
}

/** A whole number that fits PostgreSQL's `integer`; anything else becomes the nearest that does. */
export function toSafeInteger(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(INTEGER_MAX, Math.max(0, Math.round(value)));
}

/** Counts that may pass 2^31: bytes and sums. */
export function toSafeBigint(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value)));
}

const INTEGER_MAX = 2_147_483_647;
