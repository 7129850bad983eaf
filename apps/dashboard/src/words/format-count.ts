const WHOLE = new Intl.NumberFormat('en-GB');

/** A count in full, with thousands apart: `12,480`. */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** A count in the width of a table cell: `980`, `12.5k`, `1.2M`. */
export function formatCountShort(count: number): string {
  if (count < 1_000) return String(Math.round(count));
  if (count < 9_995) return `${(count / 1_000).toFixed(1)}k`.replace('.0k', 'k');
  if (count < 999_500) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`.replace('.0M', 'M');
}

/** A count with its noun: `1 request`, `2,000 requests`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
