import { toLinkHash } from '@nexus/anthropic';
import type { Fingerprint } from '@nexus/core';
import type { ClientBase } from 'pg';
import { toSha256 } from '../src/codec/hash.ts';
import { NOON_MS, toId } from './record.ts';

/** What is stored is made up by the database itself; its size and shape are those of real conversations. */
export interface MadeUp {
  /** Names the conversations apart from those of other fillings. */
  readonly name: string;
  readonly domain: string;
  readonly requests: number;
  /** Of each conversation. */
  readonly turns: number;
}

/** Turns are half a second apart; the last one begins at noon. */
const STEP_MS = 500;

/** Conversations of `turns` turns each, of which every turn goes past one place. A million requests take about a minute. */
export async function fillConversations(client: ClientBase, madeUp: MadeUp): Promise<void> {
  const values = [madeUp.requests, madeUp.turns, new Date(toStartMs(madeUp, 0)), madeUp.name, madeUp.domain];
  await client.query("set statement_timeout = 0; set synchronous_commit = off; set maintenance_work_mem = '256MB'");
  const fill = async (): Promise<void> => {
    await client.query(FILL_FINGERPRINTS, values);
    for (const text of [FILL_STEPS, FILL_REQUESTS, FILL_CONVERSATIONS, FILL_BRANCHES]) {
      await client.query(text, [madeUp.domain]);
    }
  };
  // A few are added as a recorder would: nobody analyses the tables, and whoever has plans keeps them.
  if (madeUp.requests < REBUILT_MIN) return fill();
  await withoutIndexes(client, fill);
  await client.query('analyze');
}

const REBUILT_MIN = 50_000;

/** When the `serial`-th of the made-up requests began. */
export function toStartMs({ requests }: MadeUp, serial: number): number {
  return NOON_MS - (requests - serial) * STEP_MS;
}

/** A request that forks from the `serial`-th of a filling's only conversation, and comes when all of it is stored. */
export function buildLateFork(madeUp: MadeUp, serial: number): Fingerprint {
  const hash = (text: string): string => new Bun.CryptoHasher('md5').update(madeUp.name + text).digest('hex');
  const own = toLinkHash(toSha256, ['late', String(serial)]);
  const startedAtMs = toStartMs(madeUp, serial) + STEP_MS / 2;
  return {
    requestId: toId(startedAtMs, 1_000_000 + serial),
    domain: madeUp.domain,
    startedAtMs,
    endedAtMs: startedAtMs + 100,
    kind: 'inference',
    outcome: 'completed',
    sessionId: `${madeUp.name}0`,
    sessionSource: 'header',
    agentId: null,
    parentAgentId: null,
    chain: {
      end: own,
      tail: own,
      opening: hash('o0'),
      length: serial * 2 + 3,
      isOpening: false,
      steps: [
        { end: hash(`e${serial}`), answered: hash(`a${serial}`) },
        { end: own, answered: null },
      ],
    },
    unlinkable: null,
    answerEnd: null,
    promptHash: hash('p0'),
    agentCalls: [],
    continues: false,
    summariesRead: [],
    summariesWritten: [],
    title: null,
  };
}

/** Building an index over all rows takes a fraction of adding them one by one. */
async function withoutIndexes(client: ClientBase, work: () => Promise<void>): Promise<void> {
  const found = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index as i
     where i.indrelid in ('fingerprint'::regclass, 'chain_step'::regclass, 'request'::regclass) and not i.indisprimary`,
  );
  for (const { name } of found.rows) await client.query(`drop index ${name}`);
  await work();
  // Of a table in parts, the definition names the table alone.
  for (const { definition } of found.rows) await client.query(definition.replace(' ON ONLY ', ' ON '));
}

const FILL_FINGERPRINTS = `
  insert into fingerprint (
    domain, request_id, started_at, ended_at, kind, outcome, session_id, session_source, chain_end, chain_tail,
    chain_opening, chain_length, chain_is_opening, previous_end, previous_answered, answer_end, prompt_hash, continues,
    summaries_read, summaries_written, conversation_id, branch, relation, parent_request_id, depth, link_source, link_because
  )
  select
    $5, md5($4 || 'r' || n)::uuid, at, at + interval '1 s', 'inference', 'completed', $4 || n / $2, 'header',
    md5($4 || 'e' || n)::uuid, md5($4 || 'e' || n)::uuid, md5($4 || 'o' || n / $2)::uuid, n % $2 * 2 + 1, n % $2 = 0,
    case when n % $2 > 0 then md5($4 || 'e' || n - 1)::uuid end,
    case when n % $2 > 0 then md5($4 || 'a' || n - 1)::uuid end,
    md5($4 || 'a' || n)::uuid, md5($4 || 'p' || n / $2)::uuid, false, '{}', '{}', md5($4 || 'c' || n / $2)::uuid, 'main',
    case when n % $2 = 0 then 'root' else 'continues' end,
    case when n % $2 > 0 then md5($4 || 'r' || n - 1)::uuid end,
    n % $2 + 1, case when n % $2 = 0 then 'none' else 'prefix' end, 'made up'
  from (
    select n, $3::timestamptz + n * interval '${STEP_MS} ms' as at
    from generate_series(0, $1::integer - 1) as n
  ) as turn`;

const FILL_STEPS = `
  insert into chain_step (conversation_id, step_end, answered, domain, previous_end, previous_answered)
  select
    conversation_id, previous_end, previous_answered, domain,
    lag(previous_end) over turns, lag(previous_answered) over turns
  from fingerprint
  where domain = $1 and previous_end is not null
  window turns as (partition by conversation_id order by started_at)`;

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
  from fingerprint
  where domain = $1`;

const TALLY = `
  min(started_at), max(started_at), count(*), count(*), 0, 0, 0, 0, 0, 0, max(depth), '{}'`;

const FILL_CONVERSATIONS = `
  insert into conversation (
    conversation_id, domain, first_at, last_at, request_count, turn_count, retry_count, error_count, input_tokens,
    output_tokens, cache_read_tokens, cache_write_tokens, depth, models, branch_count, fork_count, subtask_count,
    compaction_count, accounts, keys
  )
  select conversation_id, domain, ${TALLY}, 1, 0, 0, 0, '{}', '{}'
  from fingerprint
  where domain = $1
  group by conversation_id, domain`;

const FILL_BRANCHES = `
  insert into branch (
    conversation_id, name, first_at, last_at, request_count, turn_count, retry_count, error_count, input_tokens,
    output_tokens, cache_read_tokens, cache_write_tokens, depth, models, first_request_id, relation, last_request_id
  )
  select
    conversation_id, branch, ${TALLY}, (array_agg(request_id order by started_at))[1], 'root',
    (array_agg(request_id order by started_at desc))[1]
  from fingerprint
  where domain = $1
  group by conversation_id, branch`;
