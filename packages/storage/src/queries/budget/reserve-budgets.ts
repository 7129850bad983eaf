import { admitToBudget, type BudgetDecision } from '@nexus/core';
import type { PoolClient } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import type { Storage } from '../../storage.ts';

/** One call that wants to begin, and the spans of all budgets that it counts for. */
export interface BudgetAsk {
  readonly requestId: string;
  readonly startedAtMs: number;
  /** The most that it can cost. */
  readonly worstNano: number;
  readonly budgets: readonly { readonly budgetId: string; readonly startMs: number }[];
  /** It began already, while the database was away: it is noted and never refused. */
  readonly began: boolean;
}

/** How one budget stood when a call asked for it, that call itself not counted. */
export interface StoodBudget {
  readonly budgetId: string;
  readonly limit: number;
  readonly spent: number;
  readonly reserved: number;
  readonly decision: BudgetDecision;
}

/**
 * Reserves the worst cases of calls, each in all of its budgets or in none; the calls are decided in their order. A budget
 * that was taken away in the meantime is left out. Gives for each call how its budgets stood.
 */
export async function reserveBudgets(
  { pool }: Pick<Storage, 'pool'>,
  asks: readonly BudgetAsk[],
  leaseSeconds: number,
): Promise<readonly (readonly StoodBudget[])[]> {
  return inTransaction(pool, async (client) => {
    const windows = await lockWindows(client, asks);
    const held: Held[] = [];
    const stood = asks.map((ask) => decide(ask, windows, held));
    if (held.length > 0) await hold(client, held, leaseSeconds);
    return stood;
  });
}

interface Window {
  readonly budgetId: string;
  readonly limit: number;
  readonly spent: number;
  reserved: number;
}

interface Held {
  readonly ask: BudgetAsk;
  readonly budgetId: string;
  readonly startMs: number;
}

function decide(ask: BudgetAsk, windows: ReadonlyMap<string, Window>, held: Held[]): readonly StoodBudget[] {
  const own = ask.budgets.flatMap(({ budgetId, startMs }) => {
    const window = windows.get(toWindowKey(budgetId, startMs));
    return window === undefined ? [] : [{ window, startMs }];
  });
  const stood = own.map(({ window }) => {
    const { budgetId, limit, spent, reserved } = window;
    return { budgetId, limit, spent, reserved, decision: admitToBudget(window) };
  });
  if (!ask.began && stood.some(({ decision }) => decision !== 'admitted')) return stood;
  for (const { window, startMs } of own) {
    window.reserved += ask.worstNano;
    held.push({ ask, budgetId: window.budgetId, startMs });
  }
  return stood;
}

/** Locked in one order everywhere, so that two processes never wait for each other in a circle. */
async function lockWindows(client: PoolClient, asks: readonly BudgetAsk[]): Promise<ReadonlyMap<string, Window>> {
  const wanted = new Map(
    asks.flatMap(({ budgets }) =>
      budgets.map((budget) => [toWindowKey(budget.budgetId, budget.startMs), budget] as const),
    ),
  );
  const sorted = [...wanted].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, budget]) => budget);
  const values = [sorted.map(({ budgetId }) => budgetId), sorted.map(({ startMs }) => new Date(startMs))];
  await client.query(OPEN, values);
  const { rows } = await client.query<WindowRow>(LOCK, values);
  return new Map(
    rows.map((row) => [
      toWindowKey(row.budget_id, row.period_start.getTime()),
      { budgetId: row.budget_id, limit: row.limit_nano, spent: row.spent_nano, reserved: row.reserved_nano },
    ]),
  );
}

interface WindowRow {
  readonly budget_id: string;
  readonly period_start: Date;
  readonly limit_nano: number;
  readonly spent_nano: number;
  readonly reserved_nano: number;
}

async function hold(client: PoolClient, held: readonly Held[], leaseSeconds: number): Promise<void> {
  await client.query(HOLD, [
    held.map(({ budgetId }) => budgetId),
    held.map(({ ask }) => ask.requestId),
    held.map(({ startMs }) => new Date(startMs)),
    held.map(({ ask }) => new Date(ask.startedAtMs)),
    held.map(({ ask }) => ask.worstNano),
    leaseSeconds,
  ]);
}

function toWindowKey(budgetId: string, startMs: number): string {
  return `${budgetId} ${startMs}`;
}

const OPEN = `
  insert into budget_window (budget_id, period_start, spent_nano, reserved_nano)
  select budget_id, period_start, 0, 0
  from unnest($1::uuid[], $2::timestamptz[]) as given (budget_id, period_start)
  on conflict do nothing`;

const LOCK = `
  select w.budget_id, w.period_start, b.limit_nano, w.spent_nano, w.reserved_nano
  from budget_window as w
  join budget as b on b.budget_id = w.budget_id
  join unnest($1::uuid[], $2::timestamptz[]) as given (budget_id, period_start)
    on given.budget_id = w.budget_id and given.period_start = w.period_start
  order by w.budget_id, w.period_start
  for update of w`;

// What is noted twice counts once: only rows that were really inserted are added up.
const HOLD = `
  with held as (
    insert into budget_reservation (
      budget_id, request_id, period_start, started_at, nano, charged, lease_until
    )
    select budget_id, request_id, period_start, started_at, nano, false,
      clock_timestamp() + make_interval(secs => $6)
    from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::bigint[])
      as given (budget_id, request_id, period_start, started_at, nano)
    on conflict do nothing
    returning budget_id, period_start, nano
  )
  update budget_window as w
  set reserved_nano = w.reserved_nano + sums.nano
  from (select budget_id, period_start, sum(nano)::bigint as nano from held group by 1, 2) as sums
  where w.budget_id = sums.budget_id and w.period_start = sums.period_start`;
