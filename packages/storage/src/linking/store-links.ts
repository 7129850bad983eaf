import type { Fingerprint, LinkChange, Linked } from '@nexus/core';
import type { ClientBase } from 'pg';
import type { InsertRows } from '../writer/insert-rows.ts';
import { REQUEST_SHAPE } from '../writer/insert-shapes.ts';
import { toFingerprintRow, toLinkColumns } from './fingerprint-row.ts';
import {
  AGENT_CALL_SHAPE,
  CHAIN_STEP_SHAPE,
  FINGERPRINT_SHAPE,
  SUMMARY_PROBE_SHAPE,
  toCallRows,
  toProbeRows,
  toStepRows,
} from './link-shapes.ts';

/** A request that was just linked, and where its parent's chain ends, if that is known. */
export interface NewLinked extends Linked {
  readonly parentEnd: string | null;
}

/** Writes down what linking will want to know of new requests. */
export async function insertLinked(
  client: ClientBase,
  insert: InsertRows,
  linked: readonly NewLinked[],
): Promise<void> {
  await insert(client, FINGERPRINT_SHAPE, linked.map(toFingerprintRow));
  await insert(
    client,
    CHAIN_STEP_SHAPE,
    linked.flatMap((it) => toStepRows(it, it.parentEnd)),
  );
  await insert(client, AGENT_CALL_SHAPE, linked.flatMap(toCallRows));
  await insert(client, SUMMARY_PROBE_SHAPE, linked.flatMap(toProbeRows));
}

/** A link of a stored request that is another now. */
export interface StoredChange {
  readonly fingerprint: Fingerprint;
  readonly change: LinkChange & { readonly before: Linked['link'] };
}

/** Gives stored requests their new links; a row whose conversation is another now is deleted and inserted again. */
export async function applyChanges(client: ClientBase, changes: readonly StoredChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = JSON.stringify(changes.map(toChangeRow));
  await client.query(UPDATE_FINGERPRINTS, [rows]);
  await client.query(UPDATE_REQUESTS, [rows]);
  await client.query(MOVE_REQUESTS, [rows]);
  await client.query(MOVE_USAGE, [rows]);
  await client.query(MOVE_CALLS, [rows]);
  await client.query(QUEUE_TURNS, [rows]);
  await client.query(COPY_STEPS, [rows]);
  await client.query(DELETE_STEPS, [[...new Set(changes.map(({ change }) => change.before.conversationId))]]);
}

function toChangeRow({ fingerprint, change: { before, after } }: StoredChange) {
  const columns = toLinkColumns(after);
  return {
    ...columns,
    launched_by: after.launchedBy,
    launch_tool_use_id: after.launchedBy?.toolUseId ?? null,
    domain: fingerprint.domain,
    request_id: fingerprint.requestId,
    started_at: new Date(fingerprint.startedAtMs).toISOString(),
    old_conversation_id: before.conversationId,
  };
}

const CHANGE = `jsonb_to_recordset($1::jsonb) as c (
    domain text, request_id uuid, started_at timestamptz, old_conversation_id uuid, conversation_id uuid, branch text,
    relation text, parent_request_id uuid, retry_of uuid, depth integer, launched_by jsonb, launch_order text,
    launch_tool_use_id text, link_source text, link_because text
  )`;

const UPDATE_FINGERPRINTS = `
  update fingerprint as f
  set
    conversation_id = c.conversation_id,
    branch = c.branch,
    relation = c.relation,
    parent_request_id = c.parent_request_id,
    retry_of = c.retry_of,
    depth = c.depth,
    launched_by = nullif(c.launched_by, 'null'::jsonb),
    launch_order = c.launch_order,
    link_source = c.link_source,
    link_because = c.link_because
  from ${CHANGE}
  where f.domain = c.domain and f.request_id = c.request_id`;

const UPDATE_REQUESTS = `
  update request as r
  set
    branch = c.branch,
    relation = c.relation,
    parent_request_id = c.parent_request_id,
    retry_of = c.retry_of,
    depth = c.depth,
    launch_tool_use_id = c.launch_tool_use_id,
    link_source = c.link_source,
    link_because = c.link_because
  from ${CHANGE}
  where r.conversation_id = c.conversation_id
    and c.conversation_id = c.old_conversation_id
    and r.started_at = c.started_at
    and r.request_id = c.request_id`;

const LINKED = new Set<string>([
  'conversation_id',
  'branch',
  'relation',
  'parent_request_id',
  'retry_of',
  'depth',
  'launch_tool_use_id',
  'link_source',
  'link_because',
]);

/** The distribution key of a row cannot be updated, so the row moves. */
const MOVE_REQUESTS = `
  with moved as (
    delete from request as r
    using ${CHANGE}
    where c.conversation_id <> c.old_conversation_id
      and r.conversation_id = c.old_conversation_id
      and r.started_at = c.started_at
      and r.request_id = c.request_id
    returning ${REQUEST_SHAPE.columns.map((column) => `${LINKED.has(column) ? 'c' : 'r'}.${column}`).join(', ')}
  )
  insert into request (${REQUEST_SHAPE.columns.join(', ')})
  select *
  from moved
  on conflict do nothing`;

/** Usage is kept by account, so its row stays where it is and only names another conversation. */
const MOVE_USAGE = `
  update usage as u
  set conversation_id = c.conversation_id
  from ${CHANGE}
  where c.conversation_id <> c.old_conversation_id
    and u.started_at = c.started_at
    and u.request_id = c.request_id`;

/** Calls that a request abandoned, and messages of a batch that it fetched, have rows of their own. */
const MOVE_CALLS = `
  update usage as u
  set conversation_id = c.conversation_id
  from ${CHANGE}
  join batch_message as m on m.request_id = c.request_id
  where c.conversation_id <> c.old_conversation_id
    and u.account_id = m.account_id
    and u.started_at = m.started_at
    and u.request_id = m.message_id`;

/** Another parent may have left something else in the prompt cache. What was imported has no usage, and is not looked at. */
const QUEUE_TURNS = `
  insert into cache_queue (account_id, request_id, started_at, queued_at)
  select u.account_id, u.request_id, u.started_at, clock_timestamp()
  from ${CHANGE}
  join usage as u on u.started_at = c.started_at and u.request_id = c.request_id
  where u.kind in ('inference', 'compaction')
  on conflict (account_id, request_id) do update
  set queued_at = excluded.queued_at`;

/** A step too many costs a look, one too few a link: whoever moves takes the steps of the whole conversation along. */
const COPY_STEPS = `
  insert into chain_step (conversation_id, step_end, answered, domain, previous_end, previous_answered)
  select c.conversation_id, s.step_end, s.answered, s.domain, s.previous_end, s.previous_answered
  from (
    select distinct c.old_conversation_id, c.conversation_id
    from ${CHANGE}
    where c.conversation_id <> c.old_conversation_id
  ) as c
  join chain_step as s on s.conversation_id = c.old_conversation_id
  on conflict do nothing`;

const DELETE_STEPS = `
  delete from chain_step
  where conversation_id in (
    select k.conversation_id
    from unnest($1::uuid[]) as k (conversation_id)
    where not exists (select from fingerprint as f where f.conversation_id = k.conversation_id)
  )`;
