import type { LinkHash } from '@nexus/anthropic';
import { CHAIN_STEPS_MAX, type Fingerprint, toLinkKeys } from '@nexus/core';
import type { ClientBase } from 'pg';
import type { FingerprintTable } from '../schema.ts';

/** A stored request that a decision may depend on. */
export interface CandidateRow extends FingerprintTable {
  /** The earliest turn that goes on from it or from another attempt at it, compaction calls aside. */
  readonly continued_by: string | null;
  readonly continued_at: Date | null;
}

/** A request's parent nearly always ends within so many blocks of its own end; who has none there is asked for again. */
export const NEAR_STEPS_MAX = 8;
/** Of requests that end alike, so many of the nearest before and after are looked at. */
const ALIKE_MAX = 32;

/**
 * What the links of `fingerprints` may depend on, in one look-up for all of them: per request its last ends, its
 * session's newest, calls and agents by prompt, summaries by probe. Every part is a walk of one index, and bounded.
 * Openings that somebody else's session has in common with ours say nothing unless their answer is copied.
 */
export async function findCandidates(
  { client, prepared }: LinkClient,
  fingerprints: readonly Fingerprint[],
  reach: 'near' | 'whole',
): Promise<CandidateRow[]> {
  const { ends, sessions, prompts, launched, read, written } = toColumns(fingerprints, reach);
  const values = [...ends, ...sessions, ...prompts, ...launched, ...read, ...written];
  // Planning takes longer than looking: 3 ms against half of one.
  const found = await client.query<CandidateRow>({
    ...(prepared ? { name: `link_candidates_${reach}` } : {}),
    text: CANDIDATES[reach],
    values,
  });
  return found.rows;
}

/** The connection of the transaction, and whether statements may be kept prepared on it. */
export interface LinkClient {
  readonly client: ClientBase;
  readonly prepared: boolean;
}

type Pairs = readonly [domains: string[], values: string[]];

export interface KeyColumns {
  readonly ends: readonly [string[], LinkHash[], (LinkHash | null)[], (string | null)[], (string | null)[], Date[]];
  readonly sessions: readonly [string[], string[], Date[]];
  readonly prompts: Pairs;
  readonly launched: Pairs;
  readonly read: Pairs;
  readonly written: Pairs;
}

/** The keys of many requests as columns, for `unnest`. */
export function toColumns(fingerprints: readonly Fingerprint[], reach: 'near' | 'whole'): KeyColumns {
  const steps: [string, LinkHash, LinkHash | null, string | null, string | null, Date][] = [];
  const sessions: [string, string, Date][] = [];
  const prompts: [string, string][] = [];
  const launched: [string, string][] = [];
  const read: [string, string][] = [];
  const written: [string, string][] = [];
  const count = reach === 'near' ? NEAR_STEPS_MAX : CHAIN_STEPS_MAX;
  for (const fingerprint of fingerprints) {
    const { domain, sessionId, promptHash, launchedPrompts, summariesRead, summariesWritten } = toLinkKeys(fingerprint);
    const { agentId, startedAtMs } = fingerprint;
    const startedAt = new Date(startedAtMs);
    for (const { end, answered } of fingerprint.chain?.steps.slice(-count) ?? []) {
      steps.push([domain, end, answered, sessionId, agentId, startedAt]);
    }
    if (sessionId !== null) sessions.push([domain, sessionId, startedAt]);
    if (promptHash !== null) prompts.push([domain, promptHash]);
    for (const prompt of launchedPrompts) launched.push([domain, prompt]);
    for (const probe of summariesRead) read.push([domain, probe]);
    for (const probe of summariesWritten) written.push([domain, probe]);
  }
  return {
    ends: [
      steps.map((it) => it[0]),
      steps.map((it) => it[1]),
      steps.map((it) => it[2]),
      steps.map((it) => it[3]),
      steps.map((it) => it[4]),
      steps.map((it) => it[5]),
    ],
    sessions: [sessions.map((it) => it[0]), sessions.map((it) => it[1]), sessions.map((it) => it[2])],
    prompts: toPairs(prompts),
    launched: toPairs(launched),
    read: toPairs(read),
    written: toPairs(written),
  };
}

function toPairs(pairs: readonly (readonly [string, string])[]): Pairs {
  return [pairs.map(([domain]) => domain), pairs.map(([, value]) => value)];
}

/**
 * Those that end at one place, nearest in time first. Thousands may share an opening: only those count that the same
 * session and agent sent, whose answer is carried, or which have none to compare.
 */
function toNearest(side: '<=' | '>', order: 'asc' | 'desc'): string {
  return `
    select conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain
      and chain_end = k.step_end
      and started_at ${side} k.started_at
      and (
        not chain_is_opening
        or answer_end is null
        or answer_end = k.answered
        or (session_id is not distinct from k.session_id and agent_id is not distinct from k.agent_id)
      )
    order by started_at ${order}
    limit ${ALIKE_MAX}`;
}

/** `$1` to `$6`: who ends where one of the requests ended or went past. */
export const BY_END = `
  select f.conversation_id, f.domain, f.request_id
  from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
    as k (domain, step_end, answered, session_id, agent_id, started_at)
  cross join lateral (
    (${toNearest('<=', 'desc')}) union all (${toNearest('>', 'asc')})
  ) as f`;

/**
 * `$7` to `$9`: of each session its newest turn, its newest request of any kind, and the newest before this one. One
 * session is in one conversation, so any of them tells which.
 */
const BY_SESSION = `
  select f.conversation_id, f.domain, f.request_id
  from unnest($7::text[], $8::text[], $9::timestamptz[]) as k (domain, session_id, started_at)
  cross join lateral (
    (
      select conversation_id, domain, request_id from fingerprint
      where domain = k.domain and session_id = k.session_id
      order by started_at desc limit 1
    ) union (
      select conversation_id, domain, request_id from fingerprint
      where domain = k.domain and session_id = k.session_id and kind in ('inference', 'compaction')
      order by started_at desc limit 1
    ) union (
      select conversation_id, domain, request_id from fingerprint
      where domain = k.domain and session_id = k.session_id and started_at <= k.started_at
      order by started_at desc limit 1
    )
  ) as f`;

/** What begins anew in its session may stand behind the newest turn, or the newest compaction, of any of its agents. */
const BY_AGENT = `
  select f.conversation_id, f.domain, f.request_id
  from unnest($7::text[], $8::text[], $9::timestamptz[]) as k (domain, session_id, started_at)
  cross join lateral (
    select distinct on (agent_id, kind) conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain and session_id = k.session_id
    order by agent_id, kind, started_at desc, request_id desc
  ) as f`;

/** `$10` to `$13`: who launched an agent with this prompt and who else begins with it; who begins with what we launched. */
export const BY_PROMPT = `
  select f.conversation_id, f.domain, f.request_id
  from unnest($10::text[], $11::uuid[]) as k (domain, prompt_hash)
  cross join lateral (
    select request_id from agent_call
    where prompt_hash = k.prompt_hash and domain = k.domain
    order by request_id desc
    limit ${ALIKE_MAX}
  ) as c
  join fingerprint as f on f.domain = k.domain and f.request_id = c.request_id
  union
  select f.conversation_id, f.domain, f.request_id
  from (
    select k.domain, k.prompt_hash
    from unnest($10::text[], $11::uuid[]) as k (domain, prompt_hash)
    where exists (select from agent_call as c where c.prompt_hash = k.prompt_hash and c.domain = k.domain)
    union
    select domain, prompt_hash from unnest($12::text[], $13::uuid[]) as k (domain, prompt_hash)
  ) as k
  cross join lateral (
    select conversation_id, domain, request_id
    from fingerprint
    where domain = k.domain
      and prompt_hash = k.prompt_hash
      and link_source <> 'prefix'
      and relation <> 'continues'
      and relation <> 'attached'
    order by started_at desc
    limit ${ALIKE_MAX}
  ) as f`;

/** `$14` to `$17`: who wrote what we read, and who read what we wrote. */
export const BY_SUMMARY = `
  select f.conversation_id, f.domain, f.request_id
  from (
    select domain, probe, 'written' as role from unnest($14::text[], $15::uuid[]) as k (domain, probe)
    union
    select domain, probe, 'read' from unnest($16::text[], $17::uuid[]) as k (domain, probe)
  ) as k
  cross join lateral (
    select request_id from summary_probe
    where probe = k.probe and domain = k.domain and role = k.role
    order by request_id desc
    limit ${ALIKE_MAX}
  ) as c
  join fingerprint as f on f.domain = k.domain and f.request_id = c.request_id`;

const CANDIDATES = { near: toText(BY_SESSION), whole: toText(BY_AGENT) };

function toText(bySession: string): string {
  return `
    with found as (${BY_END} union ${bySession} union ${BY_PROMPT} union ${BY_SUMMARY})
    select f.*, next.continued_by, next.continued_at
    from (select distinct domain, request_id from found) as once
    join fingerprint as f using (domain, request_id)
    left join lateral (
      select child.request_id as continued_by, child.started_at as continued_at
      from fingerprint as child
      where child.domain = f.domain
        and child.parent_request_id = any (
          array(
            select coalesce(f.retry_of, f.request_id)
            union all
            select retry.request_id
            from fingerprint as retry
            where retry.domain = f.domain and retry.retry_of = coalesce(f.retry_of, f.request_id)
          )
        )
        and child.relation = 'continues'
        and child.kind <> 'compaction'
      order by child.started_at, child.request_id
      limit 1
    ) as next on true`;
}
