const NANO_PER_CENT = 10_000_000;

/** Dollars as people write them, `20`, `$20.50`, `1,200`, in integer nano-dollars; null for what is no amount. Cents are the least. */
export function parseDollars(text: string): number | null {
  const [, dollars = '', cents = ''] = /^\$?(\d{1,9})(?:\.(\d{1,2}))?$/.exec(withoutGaps(text)) ?? [];
  if (dollars === '') return null;
  return (Number(dollars) * 100 + Number(cents.padEnd(2, '0'))) * NANO_PER_CENT;
}

/** A count as people write it, `60`, `400,000`, `400k`, `2M`; null for what is none. */
export function parseCount(text: string): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,12})([kKmM]?)$/.exec(withoutGaps(text)) ?? [];
  if (digits === '') return null;
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}

const UNITS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 };

/** Nano-dollars as one would write them into a field: `20.50`. */
export function toDollarText(nanoDollars: number): string {
  return (nanoDollars / NANO_PER_CENT / 100).toFixed(2);
}

function withoutGaps(text: string): string {
  return text.replaceAll(/[\s,_']/g, '');
}
