import type { BudgetPeriod } from '@nexus/core';
import type { StoodBudget } from '@nexus/storage';

/** A budget as it stood for a call. */
export interface StoodPeriod {
  readonly period: BudgetPeriod;
  readonly endMs: number;
  readonly stood: StoodBudget;
}

const PREFIX = 'anthropic-ratelimit-unified-';

/** From here on Claude Code warns its user. */
const THRESHOLDS = [0.95, 0.75];

/**
 * Budgets in the headers that Claude Code reads its own windows from, so that it warns of ours as it does of Claude's: a day
 * goes as its 5-hour window, a week or a month as its 7-day window. What is only reserved is not shown as used.
 */
export function listBudgetHeaders(budgets: readonly StoodPeriod[]): [string, string][] {
  const windows = (['5h', '7d'] as const).flatMap((name) => {
    const fullest = findFullest(budgets.filter(({ period }) => (period === 'day') === (name === '5h')));
    return fullest === null ? [] : [{ name, budget: fullest, used: toUsed(fullest) }];
  });
  const [first, second] = windows;
  if (first === undefined) return [];
  const tightest = second !== undefined && second.used > first.used ? second : first;
  return [
    [`${PREFIX}status`, toStatus(tightest.used)],
    [`${PREFIX}reset`, toReset(tightest.budget)],
    [`${PREFIX}representative-claim`, tightest.name === '5h' ? 'five_hour' : 'seven_day'],
    ...windows.flatMap(({ name, budget, used }) => listWindow(name, budget, used)),
  ];
}

/** Whether headers tell of windows already; two of them must never be mixed. */
export function hasWindows(headers: Headers): boolean {
  return headers.has(`${PREFIX}status`) || headers.has(`${PREFIX}reset`);
}

export function isWindowHeader(name: string): boolean {
  return name.startsWith(PREFIX);
}

function listWindow(name: string, budget: StoodPeriod, used: number): [string, string][] {
  const surpassed = THRESHOLDS.find((threshold) => used >= threshold);
  const headers: [string, string][] = [
    [`${PREFIX}${name}-status`, toStatus(used)],
    [`${PREFIX}${name}-utilization`, `${Math.round(used * 10_000) / 10_000}`],
    [`${PREFIX}${name}-reset`, toReset(budget)],
  ];
  if (surpassed !== undefined) headers.push([`${PREFIX}${name}-surpassed-threshold`, `${surpassed}`]);
  return headers;
}

function findFullest(budgets: readonly StoodPeriod[]): StoodPeriod | null {
  return budgets.toSorted((one, other) => toUsed(other) - toUsed(one))[0] ?? null;
}

function toUsed({ stood }: StoodPeriod): number {
  return stood.limit === 0 ? 1 : stood.spent / stood.limit;
}

function toStatus(used: number): string {
  if (used >= 1) return 'rejected';
  return used >= 0.75 ? 'allowed_warning' : 'allowed';
}

function toReset({ endMs }: StoodPeriod): string {
  return `${Math.ceil(endMs / 1_000)}`;
}
