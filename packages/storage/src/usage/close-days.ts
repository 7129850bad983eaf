import type { ClientBase } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Storage } from '../storage.ts';
import { ROLLUP_HISTOGRAMS } from './usage-shapes.ts';
import { MARGIN_DIMENSIONS, MARGIN_SUMS, type MarginColumn, toDimension } from './margin-dimensions.ts';

const DAY_MS = 86_400_000;
/** Records of the last minutes of a day are still on their way when it ends. */
const AFTER_MS = 600_000;

/**
 * Makes the margins of days that are over and have none, the latest first, up to `daysMax` of them. Gives how many are left.
 * Any number of processes may do it: each day is made by one, and writers wait for as long as one day takes.
 */
export async function closeDays(
  { pool }: Pick<Storage, 'pool'>,
  { nowMs, daysMax }: { readonly nowMs: number; readonly daysMax: number },
): Promise<number> {
  const found = await pool.query<{ at: Date }>(FIND_OPEN, [new Date(nowMs - AFTER_MS)]);
  for (const { at } of found.rows.slice(0, daysMax)) {
    await inTransaction(pool, async (client) => {
      await client.query(`${SETTINGS}; ${LOCK_MARGINS}`);
      // Another process may have made it while this one waited for the lock.
      const made = await client.query('select from usage_margin_day where at = $1', [at]);
      if (made.rowCount === 0) await closeDay(client, at);
    });
  }
  return Math.max(0, found.rows.length - daysMax);
}

/** Nobody knows how many rows sums will have, and a nested loop over ten thousand of them takes a minute. */
const SETTINGS = 'set local statement_timeout = 0; set local jit = off; set local enable_nestloop = off';

/** Writers delete from this table, so they wait; what they committed before is seen by what follows. */
const LOCK_MARGINS = 'lock table usage_margin_day in share row exclusive mode';

/** Days with sums of hours and without margins. The index on `at` is walked from day to day. */
const FIND_OPEN = `
  with recursive day as (
    (select date_trunc('day', max(at), 'UTC') as at from usage_hour where at < date_trunc('day', $1::timestamptz, 'UTC'))
    union all
    select (select date_trunc('day', max(h.at), 'UTC') from usage_hour as h where h.at < day.at)
    from day
    where day.at is not null
  )
  select at
  from day
  where at is not null and not exists (select from usage_margin_day as closed where closed.at = day.at)
  order by at desc`;

/** Makes the margins of one day anew, in the open transaction; `day` is its first instant. */
async function closeDay(client: ClientBase, day: Date): Promise<void> {
  const range = [day, new Date(day.getTime() + DAY_MS)];
  await client.query('delete from usage_margin where at >= $1 and at < $2', range);
  // In the order of the key: what is read together lies together.
  await client.query(`insert into usage_margin (${COLUMNS}) ${SUM_UP} order by dimension, at, value, other`, range);
  for (const column of ROLLUP_HISTOGRAMS) await client.query(toHistograms(column), range);
  await client.query('insert into usage_margin_day (at) values ($1) on conflict do nothing', [day]);
}

/** From here on the sums of hours are read instead. Called with every change to the sums of these days (first instants). */
export async function openDays(client: ClientBase, days: readonly Date[]): Promise<void> {
  if (days.length === 0) return;
  await client.query({
    name: 'open_usage_days',
    text: 'delete from usage_margin_day where at = any($1::timestamptz[])',
    values: [days],
  });
}

/** Rows of a closed day's margins that are not what its hours add up to; 0 for a day that is not closed. */
export async function countWrongMargins(client: ClientBase, day: Date): Promise<number> {
  const range = [day, new Date(day.getTime() + DAY_MS)];
  const found = await client.query<{ wrong: number }>(
    `select count(*) as wrong
     from (${SUM_UP}) as expected
     full join (select ${COLUMNS} from usage_margin where at >= $1 and at < $2) as stored
       using (dimension, at, value, other)
     where exists (select from usage_margin_day where at = $1)
       and (${MARGIN_SUMS.map((column) => `expected.${column}`).join(', ')})
         is distinct from (${MARGIN_SUMS.map((column) => `stored.${column}`).join(', ')})`,
    range,
  );
  return found.rows[0]?.wrong ?? 0;
}

const COLUMNS = ['dimension', 'at', 'value', 'other', ...MARGIN_SUMS].join(', ');
const SPLIT: readonly MarginColumn[] = [
  'account_id',
  'domain',
  'key_id',
  'user_id',
  'project_id',
  'model',
  'kind',
  'outcome',
  'status_class',
];

/** What grouping() of all columns gives for rows of a dimension: a bit for each column that is not in it. */
function toMask(columns: readonly MarginColumn[]): number {
  return SPLIT.reduce((mask, column) => mask * 2 + (columns.includes(column) ? 0 : 1), 0);
}

function toCases(of: (columns: readonly MarginColumn[]) => string): string {
  const cases = MARGIN_DIMENSIONS.map((columns) => `when ${toMask(columns)} then ${of(columns)}`);
  return `case grouping(${SPLIT.join(', ')}) ${cases.join(' ')} end`;
}

const toColumn = (column: MarginColumn | undefined) => (column === undefined ? `''` : `${column}::text`);

function toSum(column: string): string {
  return column === 'error_count'
    ? `coalesce(sum(request_count) filter (where outcome not in ('completed', 'aborted')), 0)::bigint`
    : `sum(${column})::bigint`;
}

const HOURS = `generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') as hour (at)`;

const SUM_UP = `
  with summed as materialized (
    select
      ${toCases((columns) => `'${toDimension(columns)}'`)} as dimension,
      at,
      ${toCases(([first]) => toColumn(first))} as value,
      ${toCases(([, second]) => toColumn(second))} as other,
      ${MARGIN_SUMS.map((column) => `${toSum(column)} as ${column}`).join(',\n      ')}
    from usage_hour
    where at >= $1 and at < $2
    group by at, grouping sets (${MARGIN_DIMENSIONS.map((columns) => `(${columns.join(', ')})`).join(', ')})
  )
  select
    dimension,
    at,
    value,
    other,
    ${MARGIN_SUMS.map((column) => `(sum(coalesce(${column}, 0)) over so_far)::bigint as ${column}`).join(',\n    ')}
  from (select distinct dimension, value, other from summed) as known
  cross join ${HOURS}
  left join summed using (dimension, at, value, other)
  window so_far as (partition by dimension, value, other order by at)`;

/** Adds up a histogram by model, hour and step, then from the beginning of the day on. */
function toHistograms(column: 'first_token_histogram' | 'duration_histogram'): string {
  return `
    with counted as materialized (
      select model, at, step, sum(count) as count
      from usage_hour
      cross join lateral unnest(${column}) with ordinality as u (count, step)
      where at >= $1 and at < $2
      group by model, at, step
    ),
    merged as (
      select model, at, array_agg(count order by step) as histogram
      from (
        select model, at, step, (sum(coalesce(count, 0)) over (partition by model, step order by at))::integer as count
        from (select distinct model, step from counted) as known
        cross join ${HOURS}
        left join counted using (model, at, step)
      ) as so_far
      group by model, at
    )
    update usage_margin as m
    set ${column} = merged.histogram
    from merged
    where m.dimension = 'model' and m.at = merged.at and m.value = merged.model`;
}
