/** When a key is to end: after some days, on a day, or never. */
export type Ending =
  | { readonly kind: 'never' }
  | { readonly kind: 'days'; readonly days: number }
  /** The last day on which it is good, as a date field gives it: `2026-12-31`, in the reader's time zone. */
  | { readonly kind: 'date'; readonly date: string };

export type End =
  | { readonly kind: 'never' }
  | { readonly kind: 'at'; readonly iso: string }
  | { readonly kind: 'wrong'; readonly problem: string };

const DAY_MS = 86_400_000;

/** The instant at which a key ends. */
export function toEndInstant(ending: Ending, now: number): End {
  switch (ending.kind) {
    case 'never':
      return { kind: 'never' };
    case 'days':
      return { kind: 'at', iso: new Date(now + ending.days * DAY_MS).toISOString() };
    case 'date':
      return toEndOfDay(ending.date, now);
    default:
      return ending satisfies never;
  }
}

function toEndOfDay(date: string, now: number): End {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date);
  if (!isDate) return { kind: 'wrong', problem: 'Choose a day.' };
  // Midnight after it, by the reader's clock, whatever the day's length.
  const at = new Date(year, month - 1, day + 1);
  return at.getTime() <= now
    ? { kind: 'wrong', problem: 'This day is over; choose a later one.' }
    : { kind: 'at', iso: at.toISOString() };
}
