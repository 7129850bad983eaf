/**
 * `bun packages/storage/bench/usage.ts [--rows 3000000]`: how long reads of usage take over 90 days of it, by 8 accounts,
 * 40 keys of 5 domains, 4 models and 3 kinds. Prints the middle and the 95th percentile of each in milliseconds.
 */
import { parseArgs } from 'node:util';
import {
  checkUsage,
  countUsageSessions,
  listUsageAccounts,
  listUsageSessions,
  listWindowShares,
  loadUsageLatency,
  loadUsageReport,
  loadUsageSeries,
  loadUsageWindow,
  type UsageGroup,
  type UsageStepUnit,
} from '../src/index.ts';
import { ensureMonths } from '../src/writer/write-batch.ts';
import { createWriterWorld } from '../test/writer-world.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '3000000' } } });
const rowCount = Number(values.rows);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 20, 15, 30);
const FROM_MS = NOW_MS - 90 * DAY_MS;
const ROUNDS = 40;

const FILL = `
  insert into usage
  select
    'account-' || (n * 31 % 40) % 8, $1::timestamptz + n * $2::float8 * interval '1 millisecond',
    gen_random_uuid(), 'team-' || (n * 31 % 40) % 5 || '.example', 'key-' || n * 31 % 40, 'user-' || n * 31 % 40, null,
    'session-' || n / 150, null, gen_random_uuid(), (array['opus', 'sonnet', 'haiku', 'fable'])[1 + (n * 7 % 4)::int],
    (array['inference', 'inference', 'helper', 'count'])[1 + (n * 13 % 4)::int], 200,
    case when n % 20 = 0 then 'upstream-error' else 'completed' end, true, false,
    100, 300, 40000, 500, 0, 0, 0, 12345678, 999, 'exact', 'v', 800, 9000, 100000, 5000
  from generate_series(0, $3::bigint - 1) as n`;

const world = await createWriterWorld();
const { storage } = world;
try {
  await fill();
  for (const [name, read] of Object.entries(READS())) await measure(name, read);
  const startedMs = performance.now();
  const day = await checkUsage(storage, { repair: false, fromMs: NOW_MS - 2 * DAY_MS, toMs: NOW_MS - 2 * DAY_MS });
  console.log(`proving a day of ${day.checkedRows} rows: ${Math.round(performance.now() - startedMs)} ms`);
} finally {
  await world.drop();
}

function READS(): Readonly<Record<string, () => Promise<unknown>>> {
  const accountId = 'account-3';
  const report = (days: number, by: readonly [UsageStepUnit, UsageGroup | null], { tz = 'UTC', filter = {} } = {}) =>
    loadUsageReport(storage, {
      fromMs: NOW_MS - days * DAY_MS,
      toMs: NOW_MS,
      step: by[0],
      by: by[1],
      tz,
      filter,
      groupsMax: 12,
      nowMs: NOW_MS,
    });
  const lastDays = (days: number) => ({ fromMs: NOW_MS - days * DAY_MS, toMs: NOW_MS });
  const window = { fromMs: NOW_MS - 5 * HOUR_MS, toMs: NOW_MS };
  return {
    'window of 5 hours, one account': () => loadUsageWindow(storage, { ...window, filter: { accountId } }),
    'series of 5 hours, one account': () =>
      loadUsageSeries(storage, { ...window, accountIds: [accountId], stepMs: 300_000, windowMs: 5 * HOUR_MS }),
    'accounts of 5 hours': () => listUsageAccounts(storage, window),
    'shares of 5 hours': () => listWindowShares(storage, { ...window, accountId, by: 'conversation', limit: 50 }),
    'sliding window of 7 days': () =>
      loadUsageSeries(storage, { ...lastDays(7), accountIds: [accountId], stepMs: 600_000, windowMs: 5 * HOUR_MS }),
    'totals of 24 hours by model': () => report(1, ['all', 'model']),
    'hours of 7 days by domain': () => report(7, ['hour', 'domain']),
    'days of 30 days by model': () => report(30, ['day', 'model']),
    'days of 90 days by key': () => report(90, ['day', 'keyId']),
    'days of 30 days by model, Berlin': () => report(30, ['day', 'model'], { tz: 'Europe/Berlin' }),
    'days of 30 days of one account, Berlin': () =>
      report(30, ['day', 'model'], { tz: 'Europe/Berlin', filter: { accountId } }),
    'months of a year': () => report(90, ['month', null]),
    'latency of 24 hours': () => loadUsageLatency(storage, { ...lastDays(1), filter: {} }),
    'sessions of 7 days': () => listUsageSessions(storage, { ...lastDays(7), filter: {}, limit: 100 }),
    'count of sessions of 30 days': () => countUsageSessions(storage, { ...lastDays(30), filter: {} }),
  };
}

async function fill(): Promise<void> {
  const client = await storage.pool.connect();
  try {
    const months = Array.from({ length: 91 }, (_, day) => FROM_MS + day * DAY_MS);
    await ensureMonths({ client, months: new Set() }, months);
    await client.query('set statement_timeout = 0; set synchronous_commit = off; set work_mem = 262144');
    await client.query(FILL, [new Date(FROM_MS), (90 * DAY_MS) / rowCount, rowCount]);
    for (const unit of ['minute', 'hour', 'day']) await client.query(sumUp(unit));
    for (const table of ['usage', 'usage_minute', 'usage_hour', 'usage_day'])
      await client.query(`vacuum analyze ${table}`);
    const { rows } = await client.query(
      `select
         (select count(*) from usage) as usage,
         (select count(*) from usage_minute) as minutes,
         (select count(*) from usage_hour) as hours,
         (select count(*) from usage_day) as days`,
    );
    console.log('rows:', JSON.stringify(rows[0]));
  } finally {
    client.release();
  }
}

function sumUp(unit: string): string {
  return `
    insert into usage_${unit} (
      account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class, request_count,
      estimated_count, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      thinking_tokens, cost_nano, cache_saved_nano, request_bytes, response_bytes, duration_ms,
      first_token_histogram, duration_histogram
    )
    select
      account_id, date_trunc('${unit}', started_at, 'UTC'), domain, key_id, user_id, '', model, kind, outcome, 2, count(*),
      0, sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), 0,
      0, sum(cost_nano), sum(cache_saved_nano), sum(request_bytes), sum(response_bytes), sum(duration_ms),
      array_fill(0, array[13]) || count(*)::int, array_fill(0, array[20]) || count(*)::int
    from usage
    ${unit === 'minute' ? `where started_at >= '2026-11-01'` : ''}
    group by 1, 2, 3, 4, 5, 7, 8, 9`;
}

async function measure(name: string, read: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    await read();
    times.push(performance.now() - startedMs);
  }
  const sorted = times.slice(5).toSorted((left, right) => left - right);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  console.log(`${name}: ${at(0.5)} / ${at(0.95)}`);
}
