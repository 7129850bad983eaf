/**
 * Must hold 3, long form: `bun bench/roll-ups.ts [--records 100000] [--keep]`. Three processes record calls with retries and
 * replays, while days are closed beside them; one is killed in the middle and starts again from the beginning. Then every sum
 * is compared with the rows, by each dimension and by all of them together.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkUsage, closeDays, ensurePartitions, openStorage } from '@nexus/storage';
import { createTestDatabase, until } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';
import { FIRST_MS } from './src/usage-records.ts';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '100000' }, keep: { type: 'boolean', default: false } },
});
const records = Number(values.records);
const WRITERS = 3;
const LONG_MS = 1_800_000;
const NOW_MS = FIRST_MS + 30 * 86_400_000;
const DIMENSIONS = [
  'account_id',
  'domain',
  "coalesce(key_id, '')",
  "coalesce(user_id, '')",
  "coalesce(project_id, '')",
  "coalesce(model, '')",
  'kind',
  'outcome',
];
const SUMS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cost_nano',
  'duration_ms',
];

const report = createHoldReport('Sums against rows', `bun bench/roll-ups.ts --records ${records}`, 'results-usage.md');
const database = await createTestDatabase();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const storage = openStorage({ connection: database.connection, poolMax: 3, prepared: true, slowQueryMs: 600_000, log });
const spoolDir = mkdtempSync(join(tmpdir(), 'nexus-roll-ups-'));
let wrongs = 0;
try {
  await ensurePartitions(storage, FIRST_MS);
  await record();
  await prove();
} finally {
  await storage.close();
  await database.drop();
  rmSync(spoolDir, { recursive: true, force: true });
}
report.say(wrongs === 0 ? 'holds' : 'MISSES');
if (values.keep) report.keep();

async function record(): Promise<void> {
  const startedMs = performance.now();
  const children = Array.from({ length: WRITERS }, (_, place) => startWriter(place));
  const [victim] = children;
  const closing = new AbortController();
  const closer = closeBeside(closing.signal);
  const before = await until(
    'a third is written',
    async () => {
      const count = await countRows('usage');
      return count > records / 3 ? count : null;
    },
    LONG_MS,
  );
  victim?.kill('SIGKILL');
  await victim?.exited;
  report.say(`one of ${WRITERS} writers was killed at ${before} rows, and began anew`);
  const codes = await Promise.all([startWriter(0), ...children.slice(1)].map((child) => child.exited));
  say(
    codes.every((code) => code === 0),
    `writers ended with ${codes.join(', ')}`,
  );
  closing.abort();
  const closed = await closer;
  const seconds = (performance.now() - startedMs) / 1_000;
  report.say(`${records} calls in ${seconds.toFixed(1)} s; days were closed ${closed} times meanwhile`);
  const left = readdirSync(spoolDir);
  say(left.length === 0, `${left.length} folders are left in the spool`);
}

function startWriter(place: number) {
  const script = join(import.meta.dir, 'src/usage-writer.ts');
  const words = [spoolDir, JSON.stringify(database.connection), place, WRITERS, records].map(String);
  return Bun.spawn([process.execPath, script, ...words], { stdout: 'inherit', stderr: 'inherit' });
}

/** Closes days as fast as it can, though records for them still come; gives how often a day was closed. */
async function closeBeside(signal: AbortSignal): Promise<number> {
  let closed = 0;
  while (!signal.aborted) {
    const left = await closeDays(storage, { nowMs: NOW_MS, daysMax: 0 });
    await closeDays(storage, { nowMs: NOW_MS, daysMax: 2 });
    closed += Math.min(2, left);
    await Bun.sleep(500);
  }
  return closed;
}

async function prove(): Promise<void> {
  const rows = await countRows('usage');
  say(rows === records, `${rows} rows of usage, each call once`);
  for (const dimension of DIMENSIONS) {
    for (const table of ['usage_minute', 'usage_hour', 'usage_day']) {
      const wrong = await countDifferences(table, dimension);
      if (wrong > 0) say(false, `${table} by ${dimension}: ${wrong} sums differ`);
    }
  }
  say(true, `minutes, hours and days by each of ${DIMENSIONS.length} dimensions were compared`);
  await closeDays(storage, { nowMs: NOW_MS, daysMax: 100 });
  const check = await checkUsage(storage, { repair: false });
  say(
    check.wrong.length === 0 && check.checkedRows === records,
    `${check.checkedRows} rows of ${check.checkedDays} days by everything at once, with histograms, sessions, tools and margins: ${check.wrong.length} days are wrong`,
  );
  const found = await storage.pool.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  const deadlocks = found.rows[0]?.deadlocks ?? -1;
  say(deadlocks === 0, `${deadlocks} deadlocks`);
}

function say(holds: boolean, line: string): void {
  if (!holds) wrongs += 1;
  report.say(`${holds ? 'holds ' : 'MISSES'} ${line}`);
}

async function countRows(table: string): Promise<number> {
  const found = await storage.pool.query<{ count: number }>(`select count(*) as count from ${table}`);
  return found.rows[0]?.count ?? 0;
}

/** Values of a dimension whose sums are not those of their rows. */
async function countDifferences(table: string, dimension: string): Promise<number> {
  const totals = SUMS.map(toSum).join(', ');
  const found = await storage.pool.query<{ wrong: number }>(
    `select count(*) as wrong
     from (
       (
         select ${dimension} as value, count(*)::bigint, ${totals} from usage group by 1
         except
         select ${dimension} as value, ${toSum('request_count')}, ${totals} from ${table} group by 1
       )
       union all
       (
         select ${dimension} as value, ${toSum('request_count')}, ${totals} from ${table} group by 1
         except
         select ${dimension} as value, count(*)::bigint, ${totals} from usage group by 1
       )
     ) as differing`,
  );
  return found.rows[0]?.wrong ?? 0;
}

function toSum(column: string): string {
  return `coalesce(sum(${column}), 0)::bigint`;
}
