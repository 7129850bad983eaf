/**
 * `bun packages/storage/bench/linking.ts [--requests 1000000]`: how long the recorder takes to link a request where so many are stored, one
 * at a time and in batches of a hundred, and how long lists and trees take to read. Without arguments a small run.
 */
import { parseArgs } from 'node:util';
import { createTestDatabase } from '@nexus/testkit';
import { ensurePartitions, listConversations, loadConversationTree, openStorage, type Storage } from '../src/index.ts';
import { createFingerprintRecord } from '../src/linking/fingerprint-record.ts';
import { linkRecords } from '../src/linking/link-records.ts';
import { lockDomains } from '../src/linking/lock-domains.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { buildRecord, NOON_MS } from '../test/record.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '20000' } } });
const requests = Number(values.requests);
const TURNS = 50;
const MEASURED_CONVERSATIONS = 40;
const BATCH = 100;

const FILL_FINGERPRINTS = `
  insert into fingerprint (
    domain, request_id, started_at, ended_at, kind, outcome, session_id, session_source, chain_end, chain_tail,
    chain_opening, chain_length, chain_is_opening, previous_end, previous_answered, answer_end, prompt_hash, continues,
    summaries_read, summaries_written, conversation_id, branch, relation, parent_request_id, depth, link_source, link_because
  )
  select
    'bench.example', md5('r' || n)::uuid, at, at + interval '1 s', 'inference', 'completed', 's' || n / $2, 'header',
    md5('e' || n)::uuid, md5('e' || n)::uuid, md5('o' || n / $2)::uuid, n % $2 * 2 + 1, n % $2 = 0,
    case when n % $2 > 0 then md5('e' || n - 1)::uuid end, case when n % $2 > 0 then md5('a' || n - 1)::uuid end,
    md5('a' || n)::uuid, md5('p' || n / $2)::uuid, false, '{}', '{}', md5('c' || n / $2)::uuid, 'main',
    case when n % $2 = 0 then 'root' else 'continues' end, case when n % $2 > 0 then md5('r' || n - 1)::uuid end,
    n % $2 + 1, case when n % $2 = 0 then 'none' else 'prefix' end, 'made up'
  from (
    select n, $3::timestamptz - interval '7 days' + n * interval '0.5 s' as at
    from generate_series(0, $1::integer - 1) as n
  ) as turn`;

const FILL_STEPS = `
  insert into chain_step (conversation_id, step_end, answered, domain)
  select conversation_id, previous_end, previous_answered, domain
  from fingerprint
  where previous_end is not null`;

const FILL_REQUESTS = `
  insert into request (
    conversation_id, started_at, request_id, domain, method, path, query, kind, stream, status, outcome, usage_estimated,
    duration_ms, request_bytes, response_bytes, message_count, tool_names, preview, payload, payload_id, branch, relation,
    parent_request_id, depth, link_source, link_because
  )
  select
    conversation_id, started_at, request_id, domain, 'POST', '/v1/messages', '', kind, true, 200, outcome, false, 1000,
    9000, 900, chain_length, '{}', 'made up', 'none', conversation_id, branch, relation, parent_request_id, depth,
    link_source, link_because
  from fingerprint`;

const FILL_CONVERSATIONS = `
  insert into conversation (
    conversation_id, domain, first_at, last_at, request_count, turn_count, retry_count, error_count, input_tokens,
    output_tokens, cache_read_tokens, cache_write_tokens, depth, branch_count, fork_count, subtask_count, compaction_count,
    models, accounts, keys
  )
  select
    conversation_id, domain, min(started_at), max(started_at), count(*), count(*), 0, 0, 0, 0, 0, 0, max(depth), 1, 0, 0, 0,
    '{}', '{}', '{}'
  from fingerprint
  group by conversation_id, domain`;

const database = await createTestDatabase();
const storage = openStorage({
  connection: database.connection,
  poolMax: 2,
  prepared: true,
  slowQueryMs: 60_000,
  log: { info: () => {}, warn: () => {}, error: () => {} },
});
await ensurePartitions(storage, NOON_MS);
await fill(storage, requests);

const single = await measureLinking('one', 1);
const batched = await measureLinking('hundred', BATCH);
const lists = await measure(200, async (turn) => {
  await listConversations(storage, { limit: 50, ...(turn % 2 === 0 ? { domain: 'bench.example' } : {}) });
});
const page = await listConversations(storage, { limit: 200, domain: 'bench.example' });
const trees = await measure(200, async (turn) => {
  await loadConversationTree(storage, page.conversations[turn % 200]?.facts.conversationId ?? '');
});
console.log(`stored requests:          ${requests}`);
console.log(`link one, ms:             ${describe(single)}`);
console.log(`link in a batch, ms each: ${describe(batched)}`);
console.log(`list 50 conversations:    ${describe(lists)}`);
console.log(`tree of ${TURNS} turns:         ${describe(trees)}`);
await storage.close();
await database.drop();

/** Conversations of 50 turns, each turn going past one place: what is stored is made up, its size and shape are not. */
async function fill({ pool }: Storage, count: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query(FILL_FINGERPRINTS, [count, TURNS, new Date(NOON_MS)]);
    await client.query(FILL_STEPS);
    await client.query(FILL_REQUESTS);
    await client.query(FILL_CONVERSATIONS);
    await client.query('analyze');
  } finally {
    client.release();
  }
}

/** Links turn after turn of new conversations, taking turns between them as a team does. */
async function measureLinking(name: string, size: number): Promise<number[]> {
  const fingerprints = toTraffic(name);
  const client = await storage.pool.connect();
  const insert = createInsertRows({ prepared: true });
  const spans: number[] = [];
  try {
    for (let at = 0; at < fingerprints.length; at += size) {
      const batch = fingerprints.slice(at, at + size);
      const startedMs = performance.now();
      await client.query('begin');
      await lockDomains(client, ['bench.example']);
      await linkRecords({ client, insert, prepared: true }, batch);
      await client.query('commit');
      spans.push((performance.now() - startedMs) / batch.length);
    }
  } finally {
    client.release();
  }
  return spans;
}

function toTraffic(name: string) {
  const fingerprintRecord = createFingerprintRecord();
  return Array.from({ length: TURNS * MEASURED_CONVERSATIONS }, (_, serial) => {
    const conversation = serial % MEASURED_CONVERSATIONS;
    const turn = Math.floor(serial / MEASURED_CONVERSATIONS);
    const said = Array.from({ length: turn * 2 + 1 }, (_text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: `${name} ${conversation} says ${at}`,
    }));
    const answer = {
      role: 'assistant',
      content: [{ type: 'text', text: `${name} ${conversation} says ${turn * 2 + 1}` }],
    };
    const record = buildRecord(
      serial + (name === 'one' ? 0 : 100_000),
      { sessionId: `${name}-${conversation}`, domain: 'bench.example' },
      {
        requestHeaders: [['x-claude-code-session-id', `${name}-${conversation}`]],
        responseHeaders: [['content-type', 'application/json']],
        requestBody: Buffer.from(JSON.stringify({ model: 'm', messages: said })),
        responseBody: Buffer.from(JSON.stringify(answer)),
      },
    );
    return fingerprintRecord(record);
  });
}

async function measure(count: number, work: (turn: number) => Promise<void>): Promise<number[]> {
  const spans: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const startedMs = performance.now();
    await work(turn);
    spans.push(performance.now() - startedMs);
  }
  return spans;
}

function describe(spans: readonly number[]): string {
  const [half, most, nearlyAll] = [50, 95, 99].map((percent) => toPercentile(spans, percent).toFixed(2));
  return `p50 ${half}  p95 ${most}  p99 ${nearlyAll}`;
}

/** The value that `percent` of `spans` do not exceed. */
function toPercentile(spans: readonly number[], percent: number): number {
  const sorted = spans.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
