import type { Usage } from './usage.ts';

/** `counted` with a `usage` object of the wire folded in: counts are cumulative, and the last non-null value wins. */
export function foldUsage(_counted: Usage | null, _wire: unknown): Usage | null {
  throw new Error('not built yet');
}
