import type { PoolClient } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import type { Storage } from '../../storage.ts';

/** What a call cost in the end. */
export interface BudgetSettlement {
  readonly requestId: string;
  /** Null where nobody knows: then it was its worst case. */
  readonly nano: number | null;
}

/** Settles calls by what they cost. A call that was settled before, or never reserved anything, changes nothing. */
export async function settleBudgets(
  { pool }: Pick<Storage, 'pool'>,
  settlements: readonly BudgetSettlement[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const costs = new Map(settlements.map(({ requestId, nano }) => [requestId, nano]));
    const { rows } = await client.query<ReservationRow>(TAKE, [[...costs.keys()]]);
    await moveWindows(
      client,
      rows.map((row) => toMove(row, costs.get(row.request_id) ?? row.nano)),
    );
  });
}

/** Renews what calls hold, for so many seconds from now on. */
export async function renewBudgets(
  { pool }: Pick<Storage, 'pool'>,
  requestIds: readonly string[],
  leaseSeconds: number,
): Promise<void> {
  await pool.query(RENEW, [requestIds, leaseSeconds]);
}

/**
 * Settles calls whose process let their lease end: by what their record says, else by their worst case for now, until a
 * record comes or two days are over. Processes that sweep at once share the work.
 */
export async function sweepBudgets({ pool }: Pick<Storage, 'pool'>): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<SweptRow>(SWEEP, [SWEPT_MAX]);
    if (rows.length === 0) return 0;
    const settled = rows.filter((row) => row.is_recorded || row.is_old);
    const waiting = rows.filter((row) => !row.is_recorded && !row.is_old);
    await client.query(FORGET, [settled.map((row) => row.budget_id), settled.map((row) => row.request_id)]);
    await client.query(CHARGE, [waiting.map((row) => row.budget_id), waiting.map((row) => row.request_id)]);
    await moveWindows(client, [
      ...settled.map((row) => toMove(row, row.is_recorded ? (row.cost ?? row.nano) : row.nano)),
      ...waiting.map((row) => toMove(row, row.nano)),
    ]);
    return rows.length;
  });
}

const SWEPT_MAX = 500;

interface ReservationRow {
  readonly budget_id: string;
  readonly request_id: string;
  readonly period_start: Date;
  readonly nano: number;
  readonly charged: boolean;
}

interface SweptRow extends ReservationRow {
  readonly is_recorded: boolean;
  readonly is_old: boolean;
  /** Null where the record does not know it. */
  readonly cost: number | null;
}

interface Move {
  readonly budgetId: string;
  readonly periodStart: Date;
  readonly spent: number;
  readonly released: number;
}

/** What leaves the reserved and enters the spent part of a window. What was charged already is spent, and only corrected. */
function toMove({ budget_id, period_start, nano, charged }: ReservationRow, cost: number): Move {
  const known = { budgetId: budget_id, periodStart: period_start };
  return charged ? { ...known, spent: cost - nano, released: 0 } : { ...known, spent: cost, released: nano };
}

async function moveWindows(client: PoolClient, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const ids = moves.map(({ budgetId }) => budgetId);
  const starts = moves.map(({ periodStart }) => periodStart);
  await client.query(LOCK, [ids, starts]);
  await client.query(MOVE, [ids, starts, moves.map(({ spent }) => spent), moves.map(({ released }) => released)]);
}

const TAKE = `
  delete from budget_reservation
  where request_id = any($1::uuid[])
  returning budget_id, request_id, period_start, nano, charged`;

const RENEW = `
  update budget_reservation
  set lease_until = clock_timestamp() + make_interval(secs => $2)
  where request_id = any($1::uuid[]) and not charged`;

// Nothing was used where the record has no cost. Where a process died nobody saw the end of the call, and what its record
// says is a floor: that costs the worst case.
const SWEEP = `
  select r.budget_id, r.request_id, r.period_start, r.nano, r.charged,
    q.request_id is not null as is_recorded,
    r.started_at < clock_timestamp() - interval '2 days' as is_old,
    case
      when q.outcome = 'interrupted' then null
      when q.cost_nano is not null then q.cost_nano
      when q.pricing is null then 0
    end as cost
  from (
    select *
    from budget_reservation
    where lease_until < clock_timestamp()
    order by lease_until
    limit $1
    for update skip locked
  ) as r
  left join request as q on q.started_at = r.started_at and q.request_id = r.request_id`;

const FORGET = `
  delete from budget_reservation as r
  using unnest($1::uuid[], $2::uuid[]) as given (budget_id, request_id)
  where r.budget_id = given.budget_id and r.request_id = given.request_id`;

// Its record may come yet: it is looked for again soon.
const CHARGE = `
  update budget_reservation as r
  set charged = true, lease_until = clock_timestamp() + interval '15 seconds'
  from unnest($1::uuid[], $2::uuid[]) as given (budget_id, request_id)
  where r.budget_id = given.budget_id and r.request_id = given.request_id`;

const LOCK = `
  select 1
  from budget_window
  where (budget_id, period_start) in (select * from unnest($1::uuid[], $2::timestamptz[]))
  order by budget_id, period_start
  for update`;

const MOVE = `
  update budget_window as w
  set spent_nano = w.spent_nano + sums.spent, reserved_nano = w.reserved_nano - sums.released
  from (
    select budget_id, period_start, sum(spent)::bigint as spent, sum(released)::bigint as released
    from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[])
      as given (budget_id, period_start, spent, released)
    group by 1, 2
  ) as sums
  where w.budget_id = sums.budget_id and w.period_start = sums.period_start`;
