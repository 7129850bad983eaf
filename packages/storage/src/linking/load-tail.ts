import type { LinkHash } from '@nexus/anthropic';
import { CHAIN_STEPS_MAX, type ChainStep, type Linked } from '@nexus/core';
import type { ChainStepTable, FingerprintTable } from '../schema.ts';
import type { LinkClient } from './find-candidates.ts';
import { toHashText, toLinked, toStep } from './fingerprint-row.ts';

/** Ten minutes of the busiest session that was seen; beyond it the whole family is looked at, if that is not too large. */
export const TAIL_MAX = 2_000;

/** All requests of `conversationIds` that began at `fromMs` or later, with whole chains; null where they are too many. */
export async function loadTail(
  { client }: LinkClient,
  conversationIds: readonly string[],
  fromMs: number,
): Promise<Linked[] | null> {
  if (conversationIds.length === 0) return [];
  const { rows } = await client.query<FingerprintTable>(
    `select *
     from fingerprint
     where conversation_id = any($1::uuid[])
       and started_at >= $2
     limit ${TAIL_MAX + 1}`,
    [conversationIds, new Date(fromMs)],
  );
  if (rows.length > TAIL_MAX) return null;
  const before = await loadSteps({ client, rows });
  return rows.map((row) => {
    const find = (end: LinkHash): ChainStep | null => before.get(`${row.conversation_id} ${end}`) ?? null;
    return toLinked(row, find, CHAIN_STEPS_MAX);
  });
}

/** A place that was gone on from with several answers is as many steps. */
const STEPS_MAX = CHAIN_STEPS_MAX * 4;

/** The steps that lead back from where requests end, the nearest of all of them first. Those that several share count once. */
async function loadSteps({
  client,
  rows,
}: Pick<LinkClient, 'client'> & { readonly rows: readonly FingerprintTable[] }): Promise<
  ReadonlyMap<string, ChainStep | null>
> {
  const starts = rows.filter((row) => row.previous_end !== null);
  const lines = new Set(starts.map((row) => `${row.conversation_id} ${row.branch}`)).size;
  const steps = await client.query<
    Pick<ChainStepTable, 'conversation_id' | 'step_end' | 'previous_end' | 'previous_answered'>
  >(
    `with recursive step as (
       select k.conversation_id, k.step_end, s.previous_end, s.previous_answered
       from unnest($1::uuid[], $2::uuid[]) as k (conversation_id, step_end)
       join chain_step as s using (conversation_id, step_end)
       union
       select s.conversation_id, s.step_end, s.previous_end, s.previous_answered
       from step
       join chain_step as s on s.conversation_id = step.conversation_id and s.step_end = step.previous_end
     )
     select distinct on (conversation_id, step_end) *
     from (select * from step limit $3) as near
     order by conversation_id, step_end, previous_end nulls last`,
    [
      starts.map((row) => row.conversation_id),
      starts.map((row) => row.previous_end),
      starts.length + lines * STEPS_MAX,
    ],
  );
  return new Map(
    steps.rows.map((row) => [
      `${row.conversation_id} ${toHashText(row.step_end)}`,
      toStep(row.previous_end, row.previous_answered),
    ]),
  );
}
