import { closeDays, ensurePartitions, type Storage } from '@nexus/storage';

export interface UsageSeed {
  readonly rows: number;
  /** Epoch milliseconds; usage ends here. */
  readonly nowMs: number;
}

export const SEED_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Fills a database with the usage of ninety days, and with its sums: 40 people with a key each in 5 domains, one session of
 * 150 requests after the other, each with an account of 8, a project of 3 a person and a main model of 3 beside a small one;
 * 5 kinds, 4 outcomes, 12 tools. Requests themselves are there for the last day.
 */
export async function seedUsage(storage: Storage, { rows, nowMs }: UsageSeed): Promise<void> {
  const fromMs = nowMs - SEED_DAYS * DAY_MS;
  for (let atMs = fromMs - 31 * DAY_MS; atMs <= nowMs; atMs += 31 * DAY_MS) await ensurePartitions(storage, atMs);
  const client = await storage.pool.connect();
  try {
    await client.query('set statement_timeout = 0; set synchronous_commit = off; set work_mem = 262144');
    await client.query(FILL_USAGE, [new Date(fromMs), (SEED_DAYS * DAY_MS) / rows, rows]);
    await client.query('analyze usage');
    for (const unit of ['minute', 'hour', 'day']) {
      await client.query(toSums(unit), [new Date(unit === 'minute' ? nowMs - 35 * DAY_MS : fromMs - DAY_MS)]);
    }
    for (const text of [SESSION_SUMS, TOOL_SUMS]) await client.query(text);
    await client.query(FILL_REQUESTS, [new Date(nowMs - DAY_MS)]);
    await client.query(FILL_STATES, [new Date(nowMs)]);
    await client.query(FILL_SAMPLES, [new Date(nowMs)]);
    await client.query('reset statement_timeout; reset synchronous_commit; reset work_mem');
    await client.query('analyze usage_hour');
    await closeDays(storage, { nowMs, daysMax: 1_000 });
    await client.query('set statement_timeout = 0');
    await client.query('vacuum (analyze)');
    await client.query('reset statement_timeout');
  } finally {
    client.release();
  }
}

/** A number that looks like chance, from the serial number `n` and a name for what it is for. */
function pick(of: string, name: number, count: number): string {
  return `((hashint8extended(${of}, ${name}) & 1073741823) % ${count})`;
}

const FILL_USAGE = `
  insert into usage
  select
    'account-' || ${pick('session', 1, 8)},
    at,
    gen_random_uuid(),
    'team-' || who % 5 || '.example',
    'key-' || who,
    'user-' || who,
    'project-' || who || '-' || ${pick('session', 2, 3)},
    'session-' || session,
    null,
    ('00000000-0000-7000-8000-' || lpad(to_hex(session), 12, '0'))::uuid,
    case when is_main then (array['opus', 'sonnet', 'fable'])[1 + ${pick('session', 3, 3)}] else 'haiku' end,
    case
      when is_main then case when ${pick('n', 4, 100)} < 97 then 'inference' else 'compaction' end
      else (array['helper', 'helper', 'helper', 'count-tokens', 'probe'])[1 + ${pick('n', 5, 5)}]
    end,
    case when chance < 2 then 529 when chance < 3 then 400 else 200 end,
    case when chance < 2 then 'upstream-error' when chance < 3 then 'refused' when chance < 5 then 'aborted' else 'completed' end,
    true,
    chance between 3 and 4,
    100 + chance, 300, 40000, 500, 0, 0, 0, 12345678, 999, 'exact', 'v', 800, 9000, 100000, 5000,
    case
      when is_main and chance < 60 then array['tool-' || ${pick('n', 6, 12)}]
      when is_main and chance < 70 then array['Bash', 'tool-' || ${pick('n', 6, 12)}]
      else '{}'
    end
  from (
    select
      n,
      $1::timestamptz + n * $2::float8 * interval '1 millisecond' as at,
      who,
      ((n + who * 150) / 6000) * 40 + who as session,
      ${pick('n', 7, 10)} < 7 as is_main,
      ${pick('n', 8, 100)} as chance
    from (select n, ${pick('n', 9, 40)} as who from generate_series(0, $3::bigint - 1) as n) as someone
  ) as called`;

const KEYS = `account_id, domain, coalesce(user_id, '') as user_id, coalesce(project_id, '') as project_id, coalesce(model, '') as model`;

/** First tokens take 800 ms and all of it 9 s: steps 13 and 20 of their histograms. */
function toSums(unit: string): string {
  return `
    insert into usage_${unit} (
      account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class, request_count,
      estimated_count, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      thinking_tokens, cost_nano, cache_saved_nano, request_bytes, response_bytes, duration_ms,
      first_token_histogram, duration_histogram
    )
    select
      account_id, date_trunc('${unit}', started_at, 'UTC'), domain, key_id, user_id, project_id, model, kind, outcome,
      status / 100, count(*), count(*) filter (where usage_estimated), sum(input_tokens), sum(output_tokens),
      sum(cache_read_tokens), sum(cache_write_5m_tokens), 0, 0, sum(cost_nano), sum(cache_saved_nano), sum(request_bytes),
      sum(response_bytes), sum(duration_ms), array_fill(0, array[13]) || count(*)::int, array_fill(0, array[20]) || count(*)::int
    from usage
    where started_at >= $1
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`;
}

function toHash(columns: readonly string[]): string {
  const bytes = columns.map((column) => `convert_to(${column}, 'UTF8')`).join(` || '\\x00' || `);
  return `encode(substr(sha256(${bytes}), 1, 16), 'hex')::uuid`;
}

const SESSION_SUMS = `
  insert into usage_session_day
  select
    account_id, at, ${toHash(['session_id', 'domain', 'user_id', 'project_id', 'model'])}, session_id, domain, user_id,
    project_id, model, min(started_at), max(started_at), max(started_at + duration_ms * interval '1 millisecond'), count(*),
    count(*) filter (where outcome not in ('completed', 'aborted')), 0, sum(input_tokens), sum(output_tokens),
    sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cost_nano), sum(duration_ms)
  from (
    select
      ${KEYS}, date_trunc('day', started_at, 'UTC') as at, session_id, started_at, duration_ms, outcome, input_tokens,
      output_tokens, cache_read_tokens, cache_write_5m_tokens, cost_nano
    from usage
  ) as used
  group by account_id, at, session_id, domain, user_id, project_id, model`;

const TOOL_SUMS = `
  insert into usage_tool_day
  select
    account_id, at, ${toHash(['domain', 'user_id', 'project_id', 'model', 'tool'])}, domain, user_id, project_id, model, tool,
    count(*), max(started_at), count(*)
  from (
    select ${KEYS}, date_trunc('day', started_at, 'UTC') as at, t.tool, started_at
    from usage
    cross join lateral unnest(tool_names) as t (tool)
  ) as called
  group by account_id, at, domain, user_id, project_id, model, tool`;

const FILL_REQUESTS = `
  insert into request (
    conversation_id, started_at, request_id, domain, key_id, account_id, session_id, method, path, query, kind, model, stream,
    status, outcome, input_tokens, output_tokens, usage_estimated, duration_ms, request_bytes, response_bytes, message_count,
    tool_names, preview, payload, payload_id, branch, relation, depth, link_source, link_because
  )
  select
    conversation_id, started_at, request_id, domain, key_id, account_id, session_id, 'POST', '/v1/messages', '', kind, model,
    stream, status, outcome, input_tokens, output_tokens, usage_estimated, duration_ms, request_bytes, response_bytes, 1,
    tool_names, '', 'none', conversation_id, 'main', 'root', 0, 'none', 'no-messages'
  from usage
  where started_at >= $1`;

/** Two windows of every account and one of a model, as the latest answers told them. */
const FILL_STATES = `
  insert into window_state
  select
    'account-' || account, name, $1::timestamptz - interval '1 minute', case name when '7d_opus' then 'opus' end, 430000,
    false, false, $1::timestamptz + interval '100 minutes'
  from generate_series(0, 7) as account
  cross join unnest(array['5h', '7d', '7d_opus']) as name`;

/** One sample in ten minutes for thirty days. */
const FILL_SAMPLES = `
  insert into window_sample
  select
    'account-' || account, name, at, 10000 * (extract(epoch from at)::bigint / 600 % 100), false, false,
    at + interval '100 minutes'
  from generate_series(0, 7) as account
  cross join unnest(array['5h', '7d', '7d_opus']) as name
  cross join
    generate_series($1::timestamptz - interval '30 days', $1::timestamptz - interval '2 minutes', interval '10 minutes') as at`;
