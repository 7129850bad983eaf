import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Usage, UsageIteration } from '@nexus/anthropic';
import type { PricedBatchMessage } from '@nexus/core';
import { inTransaction } from '../src/in-transaction.ts';
import { checkUsage, closeDays } from '../src/index.ts';
import { MIGRATIONS } from '../src/migrations/migrations.ts';
import { buildFacts, buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const MIGRATION = 23;
const RECORDS = 60;
const STEP_MS = 3_700_000;
const TOKENS = ['input_tokens', 'output_tokens', 'cache_read_tokens'] as const;
const TABLES = ['usage', 'usage_minute', 'usage_hour', 'usage_day', 'usage_session_day', 'conversation', 'branch'];

const toStep = (type: string, scale: number): UsageIteration => ({
  type,
  model: null,
  inputTokens: 1_000 * scale,
  outputTokens: 100 * scale,
  cacheReadTokens: 10 * scale,
  cacheWrite5mTokens: 3 * scale,
  cacheWrite1hTokens: scale,
});

/** None, steps beside what the top level tells, and lists that repeat it; of models that declined, one had written nothing. */
const LISTS = [
  [],
  [toStep('compaction', 3)],
  [toStep('compaction', 5), toStep('message', 2)],
  [toStep('advisor_message', 4)],
  [toStep('message', 6), toStep('fallback_message', 2)],
  [{ ...toStep('message', 7), outputTokens: 0 }, toStep('fallback_message', 2)],
];

function toUsage(serial: number, keepsSteps: boolean): Usage {
  const { usage } = buildFacts();
  if (usage === null) throw new Error('an ordinary request used something');
  return { ...usage, iterations: keepsSteps ? (LISTS[serial % LISTS.length] ?? []) : [] };
}

let now: WriterWorld;
let before: WriterWorld;
beforeAll(async () => {
  [now, before] = await Promise.all([createWriterWorld(), createWriterWorld()]);
  await Promise.all([fill(now, true), fill(before, false)]);
}, 60_000);
afterAll(async () => {
  await Promise.all([now.drop(), before.drop()]);
});

/** The same requests and messages of batches, over three days. */
async function fill(world: WriterWorld, keepsSteps: boolean): Promise<void> {
  const writer = world.createWriter();
  for (let serial = 1; serial <= RECORDS; serial += 1) {
    const facts = {
      startedAtMs: NOON_MS + serial * STEP_MS,
      sessionId: serial % 5 === 0 ? null : `session-${serial % 4}`,
      keyId: serial % 2 === 0 ? 'key-a' : null,
      usage: toUsage(serial, keepsSteps),
    };
    const message: PricedBatchMessage = {
      messageId: `message ${serial}`,
      model: 'claude-sonnet-4-5',
      usage: toUsage(serial + 1, keepsSteps),
      toolNames: [],
      cost: null,
    };
    writer.append({ ...buildRecord(serial, facts), ...(serial % 7 === 0 ? { batchMessages: [message] } : {}) });
  }
  await world.settled(writer);
}

async function loadSums({ storage }: WriterWorld): Promise<unknown> {
  const sums = TABLES.map((table) => {
    const columns = TOKENS.map((column) => `sum(${column})::bigint as ${column}`).join(', ');
    return `(select row_to_json(s) from (select ${columns} from ${table}) as s) as ${table}`;
  });
  const { rows } = await storage.pool.query(`select ${sums.join(', ')}`);
  return rows[0];
}

test('what is billed is in every sum, and the sums are those of their rows', async () => {
  expect((await checkUsage(now.storage, { repair: false })).wrong).toEqual([]);
  const { rows } = await now.storage.pool.query(
    'select sum(u.input_tokens)::bigint as billed, sum(r.input_tokens)::bigint as told from usage as u join request as r using (request_id)',
  );
  // In the order of the lists: each tells 12, and whole lists bill what they list instead.
  const billedOnce = 12 + (12 + 3_000) + 7_000 + (12 + 4_000) + 8_000 + 2_000;
  expect(rows).toEqual([{ told: 12 * RECORDS, billed: (RECORDS / LISTS.length) * billedOnce }]);
});

test('what was written before is in the same sums after the migration', async () => {
  const { pool } = before.storage;
  for (const [at, list] of LISTS.entries()) {
    if (list.length === 0) continue;
    const steps = JSON.stringify(list);
    await pool.query('update request set iterations = $1 where started_at = any($2)', [steps, listInstants(at)]);
    await pool.query(
      `update batch_message set usage = jsonb_set(usage, '{iterations}', $1::jsonb) where started_at = any($2)`,
      [steps, listInstants(at - 1)],
    );
  }
  await closeDays(before.storage, { nowMs: NOON_MS + 40 * 86_400_000, daysMax: 10 });
  const step = MIGRATIONS.find(({ number }) => number === MIGRATION);
  await inTransaction(pool, (client) => client.query(step?.sql ?? ''));
  expect((await checkUsage(before.storage, { repair: false })).wrong).toEqual([]);
  expect(await loadSums(before)).toEqual(await loadSums(now));
});

/** When the requests began whose number leaves `rest`. */
function listInstants(rest: number): Date[] {
  const serials = Array.from({ length: RECORDS }, (_, index) => index + 1);
  const found = serials.filter((serial) => serial % LISTS.length === rest);
  return found.map((serial) => new Date(NOON_MS + serial * STEP_MS));
}
