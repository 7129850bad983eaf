import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import type { PoolClient } from 'pg';
import { ensurePartitions, openStorage, type Storage } from '../src/index.ts';
import {
  byAgent,
  byEnd,
  byOpening,
  byPrompt,
  bySession,
  bySummary,
  CONTINUATIONS,
  toLookUp,
} from '../src/linking/candidate-queries.ts';
import { toColumns } from '../src/linking/link-columns.ts';
import { BEGIN_WRITE } from '../src/writer/write-batch.ts';
import { buildLateFork, fillConversations } from './fill-conversations.ts';
import { NOON_MS } from './record.ts';

const MADE_UP = { name: 'plan', domain: 'plan.example', requests: 4_000, turns: 40 };

let database: TestDatabase;
let storage: Storage;
let client: PoolClient;
/** Opened before anything was stored, as the writer's is on a first day. */
let early: PoolClient;

const request = buildLateFork(MADE_UP, 39);
const near = toColumns([{ ...request, summariesRead: [request.promptHash ?? ''] }], 'near');
const far = toColumns([{ ...request, agentId: 'agent', continues: true }], 'whole');
const opening = toColumns(
  [{ ...request, chain: request.chain && { ...request.chain, isOpening: true, steps: request.chain.steps.slice(-1) } }],
  'near',
);

type LookUp = readonly [name: string, text: string, values: readonly unknown[], indexes: readonly string[]];

const LOOK_UPS: readonly LookUp[] = [
  ['ends', toLookUp([byEnd(2)]), [[], ...near.ends], ['fingerprint_end']],
  [
    'openings',
    toLookUp([byOpening(2)]),
    [[], ...opening.openings],
    ['fingerprint_opening', 'fingerprint_unanswered', 'fingerprint_answer'],
  ],
  ['sessions', toLookUp([bySession(2)]), [[], ...near.sessions], ['fingerprint_session']],
  [
    'agents',
    toLookUp([byAgent(2)]),
    [[], ...far.agents, ...far.compacted],
    ['fingerprint_agent', 'fingerprint_session'],
  ],
  [
    'prompts',
    toLookUp([byPrompt(2)]),
    [[], ...near.prompts, ...near.launched],
    ['agent_call_pkey', 'fingerprint_prompt'],
  ],
  ['summaries', toLookUp([bySummary(2)]), [[], ...near.read, ...near.written], ['summary_probe_pkey']],
  [
    'who goes on',
    CONTINUATIONS,
    [[MADE_UP.domain], [request.requestId], [request.chain?.end]],
    ['fingerprint_child', 'fingerprint_retry', 'chain_step_end'],
  ],
];

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createSilentLogger();
  storage = openStorage({ connection: database.connection, poolMax: 2, prepared: true, slowQueryMs: 60_000, log });
  await ensurePartitions(storage, NOON_MS);
  [client, early] = [await storage.pool.connect(), await storage.pool.connect()];
  await early.query('set plan_cache_mode = force_generic_plan');
  await early.query(BEGIN_WRITE);
  for (const [name, text, values] of LOOK_UPS) await early.query({ name, text, values: [...values] });
  await early.query('commit');
  await fillConversations(client, MADE_UP);
}, 60_000);
afterAll(async () => {
  client.release();
  early.release();
  await storage.close();
  await database.drop();
});

async function explain(text: string, values: readonly unknown[]): Promise<string> {
  await client.query(BEGIN_WRITE);
  const plan = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
  await client.query('rollback');
  return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe.each(LOOK_UPS)('a look-up by %s', (...[name, text, values, indexes]) => {
  test('walks its index, and no table', async () => {
    const plan = await explain(text, values);
    for (const index of indexes) expect(plan).toContain(` using ${index} on `);
    expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join|Bitmap/);
  });

  test('reads no more than a handful of rows by a plan that was made when nothing was stored', async () => {
    await early.query(BEGIN_WRITE);
    for (let turn = 0; turn < 3; turn += 1) await early.query({ name, text, values: [...values] });
    const count = await countReads();
    await early.query('commit');
    expect(count).toBeLessThan(400);
  });
});

/** Rows that the open transaction has read of tables, by whatever way. */
async function countReads(): Promise<number> {
  const found = await early.query<{ count: number }>(
    `select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint as count
     from pg_stat_xact_user_tables`,
  );
  return found.rows[0]?.count ?? 0;
}
