import type { LinkHash } from '@nexus/anthropic';
import { CHAIN_STEPS_MAX, type ChainStep, type Fingerprint, type Linked } from '@nexus/core';
import type { ClientBase } from 'pg';
import type { ChainStepTable, FingerprintTable } from '../schema.ts';
import { byEnd, byOpening, byPrompt, bySummary } from './candidate-queries.ts';
import type { LinkClient } from './find-candidates.ts';
import { toHashText, toLinked, toStep } from './fingerprint-row.ts';
import { toColumns } from './link-columns.ts';

/** Linking anew takes a second for a hundred thousand requests; no family that people make comes near this. */
export const FAMILY_MAX = 20_000;
const PASSERS_MAX = 64;

/**
 * Ends that somebody already went past: for their requests somebody waits. An opening that others share counts only with
 * its own answer behind it, or where it has none.
 */
export async function findPassedEnds(
  { client, prepared }: LinkClient,
  fingerprints: readonly Fingerprint[],
): Promise<ReadonlySet<string>> {
  const columns = toEndColumns(fingerprints);
  if (columns[0].length === 0) return new Set();
  const found = await client.query<{ request_id: string }>({
    ...(prepared ? { name: 'link_passed_ends' } : {}),
    text: `select k.request_id
     from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) as k (domain, step_end, answered, request_id)
     where case
       when k.answered is null then exists (
         select from chain_step as s where s.domain = k.domain and s.step_end = k.step_end
       )
       else exists (
         select from chain_step as s where s.domain = k.domain and s.step_end = k.step_end and s.answered = k.answered
       )
     end`,
    values: [...columns],
  });
  return new Set(found.rows.map((row) => row.request_id));
}

function toEndColumns(fingerprints: readonly Fingerprint[]) {
  const turns = fingerprints.flatMap(({ domain, requestId, chain, answerEnd }) =>
    chain === null ? [] : { domain, requestId, end: chain.end, answered: chain.isOpening ? answerEnd : null },
  );
  return [
    turns.map((it) => it.domain),
    turns.map((it) => it.end),
    turns.map((it) => it.answered),
    turns.map((it) => it.requestId),
  ] as const;
}

/** The conversations that may change when `arrived` are linked: those of all whose place depends on theirs, or they on. */
export async function findFamilies(
  { client, prepared }: LinkClient,
  arrived: readonly Fingerprint[],
): Promise<string[]> {
  const { ends, openings, sessions, prompts, launched, read, written } = toColumns(arrived, 'whole');
  const [domains, stepEnds, answers] = toEndColumns(arrived);
  const values = [[], ...ends, ...openings, ...prompts, ...launched, ...read, ...written, sessions[0], sessions[1]];
  const found = await client.query<{ conversation_id: string }>({
    ...(prepared ? { name: 'link_families' } : {}),
    text: FAMILIES,
    values: [...values, domains, stepEnds, answers],
  });
  return found.rows.map((row) => row.conversation_id);
}

const FAMILIES = `
  select conversation_id from (${byEnd(2)}) as by_end
  union
  select conversation_id from (${byOpening(8)}) as by_opening
  union
  select conversation_id from (${byPrompt(17)}) as by_prompt
  union
  select conversation_id from (${bySummary(21)}) as by_summary
  union
  select f.conversation_id
  from unnest($25::text[], $26::text[]) as k (domain, session_id)
  join fingerprint as f on f.domain = k.domain and f.session_id = k.session_id
  union
  select s.conversation_id
  from unnest($27::text[], $28::uuid[], $29::uuid[]) as k (domain, step_end, answered)
  cross join lateral (
    (
      select conversation_id
      from chain_step
      where k.answered is null and domain = k.domain and step_end = k.step_end
      limit ${PASSERS_MAX}
    ) union all (
      select conversation_id
      from chain_step
      where domain = k.domain and step_end = k.step_end and answered = k.answered
      limit ${PASSERS_MAX}
    )
  ) as s`;

/**
 * All requests of `conversationIds` with their links and whole chains, but for those that retention let linking forget;
 * null where they are too many to link anew.
 */
export async function loadFamily(client: ClientBase, conversationIds: readonly string[]): Promise<Linked[] | null> {
  const found = await client.query<FingerprintTable>(
    `select *
     from fingerprint
     where conversation_id = any($1::uuid[]) and not forgotten
     limit ${FAMILY_MAX + 1}`,
    [conversationIds],
  );
  if (found.rows.length > FAMILY_MAX) return null;
  const steps = await client.query<ChainStepTable>(
    `select distinct on (domain, step_end) domain, step_end, previous_end, previous_answered
     from chain_step
     where conversation_id = any($1::uuid[])
     order by domain, step_end, previous_end nulls last`,
    [conversationIds],
  );
  const before = new Map<string, ChainStep | null>(
    steps.rows.map((row) => [
      `${row.domain} ${toHashText(row.step_end)}`,
      toStep(row.previous_end, row.previous_answered),
    ]),
  );
  return found.rows.map((row) => {
    const find = (end: LinkHash): ChainStep | null => before.get(`${row.domain} ${end}`) ?? null;
    return toLinked(row, find, CHAIN_STEPS_MAX);
  });
}
