/** Spans that budgets are for: by the calendar of UTC, weeks from Monday. */
export const BUDGET_PERIODS = ['day', 'week', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** One span; epoch milliseconds, the end not in it. */
export interface BudgetSpan {
  readonly startMs: number;
  readonly endMs: number;
}

const DAY_MS = 86_400_000;
/** The first Monday of the epoch, 5 January 1970. */
const MONDAY_MS = 4 * DAY_MS;

/** The day, week or month that `atMs` is in. */
export function toBudgetSpan(period: BudgetPeriod, atMs: number): BudgetSpan {
  switch (period) {
    case 'day':
      return toEven(DAY_MS, 0, atMs);
    case 'week':
      return toEven(7 * DAY_MS, MONDAY_MS, atMs);
    case 'month': {
      const at = new Date(atMs);
      const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
      return { startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
    }
    default:
      return period satisfies never;
  }
}

function toEven(lengthMs: number, originMs: number, atMs: number): BudgetSpan {
  const startMs = Math.floor((atMs - originMs) / lengthMs) * lengthMs + originMs;
  return { startMs, endMs: startMs + lengthMs };
}
