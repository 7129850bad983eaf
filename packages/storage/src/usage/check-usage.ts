import type { ClientBase } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Storage } from '../storage.ts';
import type { UsageTable } from '../usage-tables.ts';
import { createInsertRows } from '../writer/insert-rows.ts';
import { countWrongMargins, openDays } from './close-days.ts';
import { USAGE_COLUMNS } from './usage-shapes.ts';
import type { Span, UsageTally } from './usage-sum.ts';
import { LOCK_USAGE, USAGE_SUMS } from './usage-sums.ts';

export interface UsageCheckOptions {
  /** Epoch milliseconds; the days that these instants lie in are checked too. Without them: all days that have rows. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Makes wrong sums anew from the rows. */
  readonly repair: boolean;
  /** Repairs also days whose sums hold more requests than there are rows, as where rows were dropped. */
  readonly trustRows?: boolean;
}

/** A day (UTC) whose sums are not those of its rows. */
export interface WrongDay {
  readonly day: string;
  /** Sums that differ, are missing or are too many, by table. */
  readonly wrongSums: Readonly<Record<string, number>>;
  /** The sums hold more requests than there are rows. */
  readonly isSurplus: boolean;
  readonly isRepaired: boolean;
}

export interface UsageCheckReport {
  readonly checkedDays: number;
  readonly checkedRows: number;
  readonly wrong: readonly WrongDay[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Adds up the rows of usage anew, day by day, and compares that with the sums that were kept. Looks at each day as it was at
 * one instant, so writers may go on; who repairs holds them off for that day.
 */
export async function checkUsage(
  { pool }: Pick<Storage, 'pool'>,
  options: UsageCheckOptions,
): Promise<UsageCheckReport> {
  const span = await findSpan(pool, options);
  const wrong: WrongDay[] = [];
  let checkedDays = 0;
  let checkedRows = 0;
  for (let dayMs = span.fromMs; dayMs < span.toMs; dayMs += DAY_MS) {
    const checked = await inTransaction(pool, async (client) => {
      await client.query('set transaction isolation level repeatable read; set local statement_timeout = 0');
      return compareDay(client, dayMs);
    });
    if (checked.rowCount === 0) continue;
    checkedDays += 1;
    checkedRows += checked.rowCount;
    if (checked.wrongSums === null) continue;
    const isRepaired = options.repair && (!checked.isSurplus || options.trustRows === true);
    if (isRepaired) await inTransaction(pool, (client) => rebuildDay(client, dayMs));
    const day = new Date(dayMs).toISOString().slice(0, 10);
    wrong.push({ day, wrongSums: checked.wrongSums, isSurplus: checked.isSurplus, isRepaired });
  }
  return { checkedDays, checkedRows, wrong };
}

/** Makes the sums of one day anew from its rows, in the open transaction; `dayMs` is its first instant. */
export async function rebuildDay(client: ClientBase, dayMs: number): Promise<void> {
  await client.query('set local statement_timeout = 0');
  await client.query(LOCK_USAGE);
  const { tallies } = await sumUp(client, dayMs);
  const insert = createInsertRows({ prepared: false });
  for (const tally of tallies.values()) await tally.replace(client, insert, toSpan(dayMs));
  await openDays(client, [new Date(dayMs)]);
}

async function findSpan(pool: Storage['pool'], { fromMs, toMs }: UsageCheckOptions) {
  const found = await pool.query<{ first: Date | null; last: Date | null }>(
    `select
       (select started_at from usage order by started_at limit 1) as first,
       (select started_at from usage order by started_at desc limit 1) as last`,
  );
  const first = found.rows[0]?.first?.getTime() ?? 0;
  const last = found.rows[0]?.last?.getTime() ?? -1;
  return {
    fromMs: Math.floor(Math.max(first, fromMs ?? first) / DAY_MS) * DAY_MS,
    toMs: Math.min(last, toMs ?? last) + 1,
  };
}

/** By table; an hour at a time, so that no day has to fit into memory as rows. */
async function sumUp(client: ClientBase, dayMs: number) {
  const tallies = new Map<string, UsageTally>(USAGE_SUMS.map((sum) => [sum.table, sum.openTally()]));
  let rowCount = 0;
  for (let hourMs = dayMs; hourMs < dayMs + DAY_MS; hourMs += HOUR_MS) {
    const found = await client.query<UsageTable>(
      `select ${USAGE_COLUMNS.join(', ')} from usage where started_at >= $1 and started_at < $2`,
      [new Date(hourMs), new Date(hourMs + HOUR_MS)],
    );
    rowCount += found.rows.length;
    for (const tally of tallies.values()) tally.add(found.rows);
  }
  return { tallies, rowCount };
}

async function compareDay(client: ClientBase, dayMs: number) {
  const { tallies, rowCount } = await sumUp(client, dayMs);
  if (rowCount === 0) return { rowCount, wrongSums: null, isSurplus: false };
  const wrongSums: Record<string, number> = {};
  let isAnySurplus = false;
  for (const [table, tally] of tallies) {
    const { storedRows, wrong, isSurplus } = await tally.compare(client, toSpan(dayMs));
    // Minutes go after a month, and all of a day with them.
    const isDropped = table === 'usage_minute' && storedRows === 0;
    if (!isDropped && wrong > 0) wrongSums[table] = wrong;
    isAnySurplus ||= isSurplus;
  }
  const wrongMargins = await countWrongMargins(client, new Date(dayMs));
  if (wrongMargins > 0) wrongSums['usage_margin'] = wrongMargins;
  return { rowCount, wrongSums: Object.keys(wrongSums).length > 0 ? wrongSums : null, isSurplus: isAnySurplus };
}

function toSpan(dayMs: number): Span {
  return [new Date(dayMs), new Date(dayMs + DAY_MS)];
}
