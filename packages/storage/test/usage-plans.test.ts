import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import {
  closeDays,
  countUsageSessions,
  ensurePartitions,
  findUsageSession,
  listKeyUsage,
  listSessionCounts,
  listUsageAccounts,
  listUsageSessions,
  listUsageTools,
  listWindowSamples,
  listWindowShares,
  loadUsageLatency,
  loadUsageReport,
  loadUsageSeries,
  loadUsageWindow,
  loadWindowUse,
  type Storage,
  USAGE_SUM_NAMES,
} from '../src/index.ts';
import type { Database } from '../src/schema.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 17, 15, 30);
const DAYS = 45;

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
  const { pool } = world.storage;
  for (const days of [62, 31, 0]) await ensurePartitions(world.storage, NOW_MS - days * DAY_MS);
  await pool.query(FILL, [new Date(NOW_MS - DAYS * DAY_MS)]);
  for (const unit of ['minute', 'hour', 'day']) await pool.query(toSums(unit));
  await pool.query(SESSIONS);
  await pool.query(TOOLS);
  await pool.query(SAMPLES, [new Date(NOW_MS)]);
  await pool.query('analyze');
  await closeDays(world.storage, { nowMs: NOW_MS, daysMax: 100 });
  await pool.query('vacuum (analyze)');
}, 60_000);
afterAll(() => world.drop(), 30_000);

interface Scan {
  readonly kind: string;
  readonly relation: string;
  /** The table, or the parent of a month of it. */
  readonly table: string;
  readonly index: string | null;
}

/** What `read` asks of the database, and how that is planned. */
async function plan(read: (storage: Storage) => Promise<unknown>): Promise<Scan[]> {
  const asked: CompiledQuery[] = [];
  const { pool } = world.storage;
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  });
  await read({ ...world.storage, db });
  const scans: Scan[] = [];
  for (const query of asked) {
    const found = await pool.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${query.sql}`, [
      ...query.parameters,
    ]);
    scans.push(...listScans(found.rows[0]?.['QUERY PLAN']));
  }
  return scans;
}

function listScans(node: unknown): Scan[] {
  if (Array.isArray(node)) return node.flatMap(listScans);
  if (typeof node !== 'object' || node === null) return [];
  const fields = new Map(Object.entries(node));
  const below = [fields.get('Plan'), fields.get('Plans')].flatMap(listScans);
  const kind = String(fields.get('Node Type') ?? '');
  const table = fields.get('Relation Name');
  const index = fields.get('Index Name');
  const isScan = table !== undefined || kind === 'Bitmap Index Scan';
  const relation = String(table ?? index);
  const scan = { kind, relation, table: toParent(relation), index: index === undefined ? null : String(index) };
  return isScan ? [scan, ...below] : below;
}

function toParent(name: string): string {
  return name.replace(/_\d{4}_\d{2}.*$/, '');
}

const SMALL = /^usage_margin_day$|_2026_(0\d|12)$|_2027_\d\d$/;
const accountId = 'account-3';
const last = (ms: number) => ({ fromMs: NOW_MS - ms, toMs: NOW_MS });
const report =
  (days: number, changes: Partial<Parameters<typeof loadUsageReport>[1]> = {}) =>
  (storage: Storage) =>
    loadUsageReport(storage, {
      ...last(days * DAY_MS),
      step: 'day',
      tz: 'Europe/Berlin',
      by: 'model',
      filter: {},
      groupsMax: 8,
      nowMs: NOW_MS,
      sums: USAGE_SUM_NAMES,
      ...changes,
    });

/** The tables that each may look into. Those of single requests are there only for what is shorter than an hour or of one window. */
const READS: readonly (readonly [string, (storage: Storage) => Promise<unknown>, readonly string[]])[] = [
  ['a month by model in Berlin', report(30), ['usage_margin', 'usage_margin_day', 'usage_hour']],
  ['a month by key in UTC', report(30, { by: 'keyId', tz: 'UTC' }), ['usage_margin', 'usage_margin_day', 'usage_day']],
  ['a week by hour', report(7, { step: 'hour', by: null }), ['usage_margin', 'usage_margin_day', 'usage_hour']],
  ['an account by model', report(30, { filter: { accountId } }), ['usage_margin', 'usage_margin_day', 'usage_hour']],
  ['one key by project', report(30, { filter: { keyId: 'key-7' }, by: 'projectId' }), ['usage_hour']],
  [
    'a month by model in India, whose days begin at half past an hour',
    report(30, { tz: 'Asia/Kolkata' }),
    ['usage_margin', 'usage_margin_day', 'usage_hour', 'usage_minute'],
  ],
  [
    'a month of one key in India',
    report(30, { tz: 'Asia/Kolkata', filter: { keyId: 'key-7' }, by: 'projectId' }),
    ['usage_hour', 'usage_minute'],
  ],
  [
    'a span of a month to the millisecond',
    report(30, { step: 'all', by: 'domain' }),
    ['usage_margin', 'usage_margin_day', 'usage_hour', 'usage'],
  ],
  ['an hour by minute', report(1 / 24, { step: 'minute' }), ['usage_margin', 'usage_margin_day', 'usage_minute']],
  [
    'latency of a month',
    (storage) => loadUsageLatency(storage, { ...last(30 * DAY_MS), filter: {} }),
    ['usage_margin', 'usage_margin_day', 'usage_hour'],
  ],
  [
    'windows of all accounts',
    (storage) =>
      loadWindowUse(
        storage,
        [5, 168].flatMap((hours) =>
          [1, 2, 3].map((of) => ({
            accountId: `account-${of}`,
            fromMs: NOW_MS - hours * HOUR_MS + 1_234,
            toMs: NOW_MS + 30 * 60_000,
          })),
        ),
      ),
    ['usage_margin', 'usage_margin_day', 'usage_hour', 'usage_minute', 'usage'],
  ],
  [
    'a window to the millisecond',
    (storage) => loadUsageWindow(storage, { ...last(5 * HOUR_MS), filter: { accountId }, sums: USAGE_SUM_NAMES }),
    ['usage', 'usage_hour'],
  ],
  [
    'a series of hours',
    (storage) =>
      loadUsageSeries(storage, {
        ...last(5 * HOUR_MS),
        accountIds: [accountId],
        stepMs: 300_000,
        windowMs: 5 * HOUR_MS,
      }),
    ['usage'],
  ],
  ['accounts of five hours', (storage) => listUsageAccounts(storage, last(5 * HOUR_MS)), ['usage', 'usage_hour']],
  [
    'shares of a window',
    (storage) => listWindowShares(storage, { ...last(5 * HOUR_MS), accountId, by: 'session', limit: 10 }),
    ['usage'],
  ],
  [
    'samples of a window',
    (storage) => listWindowSamples(storage, { accountId, name: '5h', sinceMs: NOW_MS - 7 * DAY_MS }),
    ['window_sample'],
  ],
  [
    'sessions of a week',
    (storage) => listUsageSessions(storage, { fromMs: NOW_MS - 7 * DAY_MS, toMs: NOW_MS, filter: {}, limit: 100 }),
    ['usage', 'usage_session_day'],
  ],
  [
    'a count of sessions',
    (storage) => countUsageSessions(storage, { ...last(5 * DAY_MS), filter: {}, nowMs: NOW_MS }),
    ['usage', 'usage_session_day'],
  ],
  [
    'sessions by day',
    (storage) =>
      listSessionCounts(storage, {
        steps: [7, 6, 5, 4, 3, 2, 1].map((days) => NOW_MS - days * DAY_MS),
        toMs: NOW_MS,
        filter: {},
      }),
    ['usage', 'usage_session_day'],
  ],
  [
    'sessions of a day by hour, where steps lie between the first request and the last',
    (storage) =>
      listSessionCounts(storage, {
        steps: Array.from({ length: 24 }, (_, hour) => NOW_MS - (24 - hour) * HOUR_MS),
        toMs: NOW_MS,
        filter: {},
      }),
    ['usage', 'usage_session_day'],
  ],
  [
    'what keys used',
    (storage) => {
      const todayMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
      return listKeyUsage(storage, { sinceMs: todayMs - 20 * DAY_MS, days: [todayMs - DAY_MS, todayMs] });
    },
    ['usage_margin', 'usage_margin_day', 'usage_day'],
  ],
  ['one session', (storage) => findUsageSession(storage, 'session-12'), ['usage_session_day']],
  [
    'tools of a week',
    (storage) =>
      listUsageTools(storage, {
        fromMs: Math.floor(NOW_MS / DAY_MS - 7) * DAY_MS,
        toMs: Math.ceil(NOW_MS / DAY_MS) * DAY_MS,
        filter: {},
      }),
    ['usage_tool_day'],
  ],
];

describe.each(READS)('%s', (...[, read, tables]) => {
  test('is read by index, and from nothing but what it needs', async () => {
    const scans = await plan(read);
    expect(scans.length).toBeGreaterThan(0);
    const looked = scans.filter(({ kind }) => kind !== 'Bitmap Index Scan');
    expect(tables).toEqual(expect.arrayContaining([...new Set(looked.map(({ table }) => table))]));
    // A table of a few pages is read as a whole, and quicker so, and months with nothing in them too.
    const whole = looked.filter(({ kind, relation }) => kind === 'Seq Scan' && !SMALL.test(relation));
    expect(whole).toEqual([]);
  });
});

test('a month that is not asked for is not touched', async () => {
  const { rows } = await world.storage.pool.query<{ 'QUERY PLAN': string }>(
    `explain select from usage where account_id = 'account-3' and started_at >= $1 and started_at < $2`,
    [new Date(NOW_MS - HOUR_MS), new Date(NOW_MS)],
  );
  const text = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain('usage_2026_11');
  expect(text).not.toContain('usage_2026_10');
});

const FILL = `
  insert into usage
  select
    'account-' || n / 150 % 8, $1::timestamptz + n * interval '130 seconds', gen_random_uuid(), 'team-' || n * 7 % 5,
    'key-' || n * 31 % 40, 'user-' || n * 31 % 40, 'project-' || n / 150 % 60, 'session-' || n / 150, null,
    gen_random_uuid(), (array['opus', 'sonnet', 'haiku'])[1 + n * 11 % 3], (array['inference', 'auxiliary'])[1 + n * 13 % 2],
    200, 'completed', true, false, 100, 300, 40000, 500, 0, 0, 0, 1234, 99, 'exact', 'v', 800, 9000, 1000, 5000,
    array['tool-' || n % 12]
  from generate_series(0, ${Math.floor((DAYS * 86_400) / 130)} - 1) as n`;

function toSums(unit: string): string {
  return `
    insert into usage_${unit} (
      account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class, request_count,
      estimated_count, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      thinking_tokens, cost_nano, cache_saved_nano, request_bytes, response_bytes, duration_ms,
      first_token_histogram, duration_histogram
    )
    select
      account_id, date_trunc('${unit}', started_at, 'UTC'), domain, key_id, user_id, project_id, model, kind, outcome, 2,
      count(*), 0, sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), 0, 0,
      sum(cost_nano), sum(cache_saved_nano), sum(request_bytes), sum(response_bytes), sum(duration_ms),
      array_fill(0, array[13]) || count(*)::int, array_fill(0, array[20]) || count(*)::int
    from usage
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9`;
}

const SESSIONS = `
  insert into usage_session_day
  select
    account_id, date_trunc('day', started_at, 'UTC'), gen_random_uuid(), session_id, domain, user_id, project_id, model,
    min(started_at), max(started_at), max(started_at), count(*), 0, 0, 0, 0, 0, 0, 0, 0
  from usage
  group by 1, 2, session_id, domain, user_id, project_id, model`;

const TOOLS = `
  insert into usage_tool_day
  select
    account_id, date_trunc('day', started_at, 'UTC'), gen_random_uuid(), domain, user_id, project_id, model, tool_names[1],
    count(*), max(started_at), count(*)
  from usage
  group by 1, 2, domain, user_id, project_id, model, tool_names`;

const SAMPLES = `
  insert into window_sample
  select 'account-' || account, name, at, 1, false, false, null
  from generate_series(0, 7) as account
  cross join unnest(array['5h', '7d', '7d_opus']) as name
  cross join generate_series($1::timestamptz - interval '15 days', $1::timestamptz, interval '10 minutes') as at`;
