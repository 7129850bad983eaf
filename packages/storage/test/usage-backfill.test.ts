import { expect, test } from 'bun:test';
import { createSilentLogger } from '@nexus/telemetry';
import { checkUsage, listUsageTools, migrate, openStorage } from '../src/index.ts';
import { MIGRATIONS } from '../src/migrations/migrations.ts';
import { createWriterWorld } from './writer-world.ts';

const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2026, 10, 3);
/** The last step before sessions and tools had sums of their own. */
const BEFORE = 13;

test('what was recorded before sessions and tools had sums is in them after the migration, as if it were written now', async () => {
  const world = await createWriterWorld();
  const name = `${world.connection.database}_old`;
  await world.storage.pool.query(`create database ${name}`);
  const storage = openStorage({
    connection: { ...world.connection, database: name },
    poolMax: 2,
    prepared: true,
    slowQueryMs: 60_000,
    log: createSilentLogger(),
  });
  await migrate(
    storage,
    MIGRATIONS.filter(({ number }) => number <= BEFORE),
  );
  for (const table of ['usage', 'request']) {
    await storage.pool.query(
      `create table ${table}_2026_11 partition of ${table} for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00')`,
    );
  }
  await storage.pool.query(FILL_USAGE, [new Date(FROM_MS)]);
  await storage.pool.query(FILL_REQUESTS);
  await migrate(storage);
  const { checkedRows, wrong } = await checkUsage(storage, { repair: false });
  expect(checkedRows).toBe(300);
  // Their hours were never summed up here; sessions and tools are not among what is wrong.
  expect([...new Set(wrong.flatMap(({ wrongSums }) => Object.keys(wrongSums)))].toSorted()).toEqual([
    'usage_day',
    'usage_hour',
  ]);
  const tools = await listUsageTools(storage, { fromMs: FROM_MS, toMs: FROM_MS + 5 * DAY_MS, filter: {} });
  expect(tools.map(({ tool, requestCount, callCount }) => [tool, requestCount, callCount])).toEqual([
    ['Bash', 200, 200],
    ['mcp__files__list', 100, 100],
  ]);
  await storage.close();
  await world.storage.pool.query(`drop database ${name} with (force)`);
  await world.drop();
}, 60_000);

const FILL_USAGE = `
  insert into usage
  select
    case when n % 9 = 0 then '' else 'account-' || n % 3 end, $1::timestamptz + n * interval '19 minutes',
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'team.example', null,
    case when n % 4 = 0 then null else 'jané' end, null, case when n % 13 = 0 then null else 'session ' || n / 40 end, null,
    '0199a000-0000-7000-8000-00000000c0de', case when n % 5 = 0 then null else 'opus' end, 'inference', 200,
    case when n % 7 = 0 then 'failed' else 'completed' end, true, false, n, 2 * n, 3, 4, 5, 0, 0,
    case when n % 6 = 0 then null else 1000 * n end, null, case when n % 6 = 0 then 'unpriced' else 'exact' end, 'v', null,
    1000 * n, 1, 2
  from generate_series(0, 299) as n`;

const FILL_REQUESTS = `
  insert into request (
    conversation_id, started_at, request_id, domain, method, path, query, kind, stream, outcome, usage_estimated, duration_ms,
    request_bytes, response_bytes, message_count, tool_names, preview, payload, payload_id, branch, relation, depth,
    link_source, link_because
  )
  select
    conversation_id, started_at, request_id, domain, 'POST', '/v1/messages', '', kind, stream, outcome, false, duration_ms, 1, 2, 1,
    case input_tokens % 3 when 0 then '{}'::text[] when 1 then array['Bash'] else array['Bash', 'mcp__files__list'] end,
    '', 'none', conversation_id, 'main', 'root', 0, 'none', 'no-messages'
  from usage`;
