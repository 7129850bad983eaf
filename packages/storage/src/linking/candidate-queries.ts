/**
 * The parts of linking's look-ups. Each takes its columns (`toColumns`) from parameter `$first` on. `$1` are requests that
 * are linked anew, and therefore not there.
 */

const IS_THERE = 'request_id <> all ($1::uuid[])';

/** Of requests that end alike, so many of the nearest before and after are looked at. */
const ALIKE_MAX = 32;

/** As the indexes have it: an attempt at a turn, and not a count of tokens or a probe beside it. */
const IS_TURN = `(kind in ('inference', 'compaction'))`;

type Side = 'before' | 'after' | 'aside after';

/** Those that `match` finds nearest in time, as far as the next request of the batch that asks for the same. */
function toNearest(match: string, side: Side): string {
  const isBefore = side === 'before';
  const span = isBefore
    ? `started_at <= k.started_at and started_at > coalesce(k.after, '-infinity')`
    : `started_at > k.started_at and started_at < coalesce(k.before, 'infinity')`;
  // Only what ends with the request itself can be attached to it.
  const kind = side === 'aside after' ? `k.is_own and not ${IS_TURN}` : IS_TURN;
  return `(
    select conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain
      and ${match}
      and ${kind}
      and ${span}
      and ${IS_THERE}
    order by started_at ${isBefore ? 'desc' : 'asc'}
    limit ${ALIKE_MAX}
  )`;
}

function toAllNearest(match: string): string[] {
  return [toNearest(match, 'before'), toNearest(match, 'after'), toNearest(match, 'aside after')];
}

/** 6 columns: who ends where one of the requests ended or went past. */
export function byEnd(first: number): string {
  return `
  select f.conversation_id, f.domain, f.request_id
  from unnest(${toParameters(first, ['text', 'uuid', 'boolean', 'timestamptz', 'timestamptz', 'timestamptz'])})
    as k (domain, step_end, is_own, started_at, after, before)
  cross join lateral (
    ${toAllNearest('chain_end = k.step_end and not chain_is_opening').join(' union all ')}
  ) as f`;
}

const OPENING_TYPES = ['text', 'uuid', 'boolean', 'uuid', 'text', 'text', 'timestamptz', 'timestamptz', 'timestamptz'];

const OF_CALLER = `chain_end = k.step_end
      and chain_is_opening
      and coalesce(session_id, '') = k.session_id
      and coalesce(agent_id, '') = k.agent_id`;

/**
 * 9 columns: the same where nothing is answered yet. Thousands may share an opening: only those count that the same
 * session and agent sent, whose answer is carried, or which have none to compare.
 */
export function byOpening(first: number): string {
  const unanswered = 'chain_end = k.step_end and chain_is_opening and answer_end is null';
  const answered = 'answer_end = k.answered and chain_is_opening';
  const parts = [
    ...toAllNearest(OF_CALLER),
    ...toAllNearest(unanswered),
    toNearest(answered, 'before'),
    toNearest(answered, 'after'),
  ];
  return `
  select f.conversation_id, f.domain, f.request_id
  from unnest(${toParameters(first, OPENING_TYPES)})
    as k (domain, step_end, is_own, answered, session_id, agent_id, started_at, after, before)
  cross join lateral (${parts.join(' union all ')}) as f`;
}

/**
 * 3 columns: of each session its newest turn, its newest request of any other kind, and of both the newest before the
 * batch. One session is in one conversation, so any of them tells which.
 */
export function bySession(first: number): string {
  const before = 'and started_at <= k.started_at';
  const kinds = [IS_TURN, `not ${IS_TURN}`];
  return `
  select f.conversation_id, f.domain, f.request_id
  from unnest(${toParameters(first, ['text', 'text', 'timestamptz'])}) as k (domain, session_id, started_at)
  cross join lateral (
    ${kinds.flatMap((kind) => [toNewest(kind), toNewest(`${kind} ${before}`)]).join(' union all ')}
  ) as f`;
}

/** The newest of a session. */
function toNewest(match: string): string {
  return `(
    select conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain
      and session_id = k.session_id
      and ${match}
      and ${IS_THERE}
    order by started_at desc
    limit 1
  )`;
}

/** 6 columns, three and three: the newest turn of an agent (null is the session's own), and its newest compaction. */
export function byAgent(first: number): string {
  return `${toNewestOfAgent(first, IS_TURN)} union all ${toNewestOfAgent(first + 3, `kind = 'compaction' and ${IS_TURN}`)}`;
}

function toNewestOfAgent(first: number, match: string): string {
  const turn = `chain_end is not null and ${match}`;
  return `
  select f.conversation_id, f.domain, f.request_id
  from unnest(${toParameters(first, ['text', 'text', 'text'])}) as k (domain, session_id, agent_id)
  cross join lateral (
    ${toNewest(`agent_id = k.agent_id and ${turn}`)}
    union all
    ${toNewest(`k.agent_id is null and agent_id is null and ${turn}`)}
  ) as f`;
}

/** 4 columns, two and two: who launched an agent with a prompt and who else begins with it; who begins with what we launched. */
export function byPrompt(first: number): string {
  const ours = toParameters(first, ['text', 'uuid']);
  return `
  select f.conversation_id, f.domain, f.request_id
  from unnest(${ours}) as k (domain, prompt_hash)
  cross join lateral (
    select request_id from agent_call
    where prompt_hash = k.prompt_hash and domain = k.domain and ${IS_THERE}
    order by request_id desc
    limit ${ALIKE_MAX}
  ) as c
  join fingerprint as f on f.domain = k.domain and f.request_id = c.request_id
  union all
  select f.conversation_id, f.domain, f.request_id
  from (
    select k.domain, k.prompt_hash
    from unnest(${ours}) as k (domain, prompt_hash)
    where exists (select from agent_call as c where c.prompt_hash = k.prompt_hash and c.domain = k.domain)
    union
    select domain, prompt_hash from unnest(${toParameters(first + 2, ['text', 'uuid'])}) as k (domain, prompt_hash)
  ) as k
  cross join lateral (
    select conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain
      and prompt_hash = k.prompt_hash
      and link_source <> 'prefix'
      and relation <> 'continues'
      and relation <> 'attached'
      and ${IS_THERE}
    order by started_at desc
    limit ${ALIKE_MAX}
  ) as f`;
}

/** 4 columns, two and two: who wrote what we read, and who read what we wrote. */
export function bySummary(first: number): string {
  return `
  select f.conversation_id, f.domain, f.request_id
  from (
    select domain, probe, 'written' as role from unnest(${toParameters(first, ['text', 'uuid'])}) as k (domain, probe)
    union
    select domain, probe, 'read' from unnest(${toParameters(first + 2, ['text', 'uuid'])}) as k (domain, probe)
  ) as k
  cross join lateral (
    select request_id from summary_probe
    where probe = k.probe and domain = k.domain and role = k.role and ${IS_THERE}
    order by request_id desc
    limit ${ALIKE_MAX}
  ) as c
  join fingerprint as f on f.domain = k.domain and f.request_id = c.request_id`;
}

/** What the parts found, and of attempts at a turn also the first: it tells how all of them stand. */
export function toLookUp(parts: readonly string[]): string {
  return `
  with candidate as materialized (
    select f.*
    from (select distinct domain, request_id from (${parts.join(' union all ')}) as found) as once
    join fingerprint as f using (domain, request_id)
  )
  select * from candidate
  union all
  select f.*
  from (select distinct domain, retry_of as request_id from candidate where retry_of is not null) as first
  join fingerprint as f using (domain, request_id)`;
}

/**
 * `$1` domain, `$2` turn, `$3` where it ends: the earliest turn that goes on from it or from another attempt at it.
 * Whoever goes on from a turn went past its end, so most turns need no more than one probe. A statement of its own: joined
 * to the look-up, a plan made for an empty database does this once for every candidate (300 ms instead of 8).
 */
export const CONTINUATIONS = `
  select k.turn_id, child.request_id, child.started_at
  from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (domain, turn_id, step_end)
  cross join lateral (
    select first.request_id, first.started_at
    from (
      select k.turn_id as request_id
      union all
      select request_id from fingerprint where domain = k.domain and retry_of = k.turn_id
    ) as attempt
    cross join lateral (
      select request_id, started_at
      from fingerprint
      where domain = k.domain
        and parent_request_id = attempt.request_id
        and relation = 'continues'
        and kind <> 'compaction'
      order by started_at, request_id
      limit 1
    ) as first
    where exists (select from chain_step as s where s.domain = k.domain and s.step_end = k.step_end)
    order by first.started_at, first.request_id
    limit 1
  ) as child`;

function toParameters(first: number, types: readonly string[]): string {
  return types.map((type, at) => `$${first + at}::${type}[]`).join(', ');
}
