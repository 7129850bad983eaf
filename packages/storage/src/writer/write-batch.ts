import type { ClientBase } from 'pg';
import type { Fingerprint, RequestFacts } from '@nexus/core';
import { queueTurns, type TurnKey } from '../cache/queue-turns.ts';
import { invariant } from '../invariant.ts';
import { toUnreadFingerprint } from '../linking/fingerprint-record.ts';
import { linkRecords } from '../linking/link-records.ts';
import { lockDomains } from '../linking/lock-domains.ts';
import { addToConversations, recountConversations } from '../linking/store-conversations.ts';
import { createPartitions } from '../migrations/ensure-partitions.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { SearchQueueTable } from '../schema.ts';
import { queueRequests } from '../search/queue-requests.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { StorageError } from '../storage-error.ts';
import { addUsage } from '../usage/add-usage.ts';
import { takeBatchMessages } from '../usage/batch-messages.ts';
import { saveWindows } from '../windows/save-windows.ts';
import type { PayloadMemory } from './payload-memory.ts';
import type { InsertRows } from './insert-rows.ts';
import { MESSAGE_BLOB_SHAPE, REQUEST_BODY_SHAPE, REQUEST_SHAPE, RESPONSE_BODY_SHAPE } from './insert-shapes.ts';
import { dropDeleted } from './drop-deleted.ts';
import { type LearnedBase, planBodies } from './plan-bodies.ts';
import type { WrittenBatch, WrittenRequest } from './record-writer.ts';
import { type RequestRow, toFactsColumns, toRequestRow, toResponseBodyRow } from './to-rows.ts';

/** What a batch is written with. */
export interface BatchWorld {
  readonly client: ClientBase;
  readonly memory: PayloadMemory;
  readonly insert: InsertRows;
  /** Whether statements may be kept prepared on the connection. */
  readonly prepared: boolean;
  /** Months that are known to have partitions. */
  readonly months: Set<Month>;
}

/**
 * Links and writes records in one transaction and gives those that were new. Repeating a batch changes nothing.
 * Throws what PostgreSQL throws; then nothing of the batch is written and nothing is remembered.
 */
export async function writeBatch(world: BatchWorld, records: readonly SpooledRecord[]): Promise<WrittenBatch> {
  const { client, insert } = world;
  checkRows(records);
  await ensureMonths(
    world,
    records.map((record) => record.facts.startedAtMs),
  );
  await client.query(BEGIN_WRITE);
  try {
    const { batch, learned } = await writeFresh(world, records);
    const facts = batch.requests.map((request) => request.facts);
    const batchMessages = await takeBatchMessages(client, records, facts);
    await addUsage(client, insert, [...facts, ...batchMessages]);
    await queueTurns(client, { turns: batch.requests.flatMap(toTurnKey), prepared: world.prepared });
    await saveWindows(client, insert, records);
    await client.query('commit');
    learn(world.memory, learned);
    return batchMessages.length === 0 ? batch : { ...batch, batchMessages };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/**
 * A new database has no statistics, and a plan made then is kept: one that walks, sorts or joins whole tables takes 230 ms
 * a batch after 6,000 requests, and more with each. By the indexes it is 8 ms (bench/writing).
 */
export const BEGIN_WRITE = `
  begin;
  set local enable_seqscan = off;
  set local enable_bitmapscan = off;
  set local enable_hashjoin = off;
  set local enable_mergejoin = off`;

/** What a part of a transaction wrote. */
export interface WrittenPart {
  readonly batch: WrittenBatch;
  /** Facts of those that were new. */
  readonly facts: readonly RequestFacts[];
  /** For `learn`, once the rows are sure to stay. */
  readonly learned: readonly LearnedBase[];
}

/** Links and writes the records that are new, in the open transaction; their months have partitions. Sums stay as they are. */
export async function writeFresh(world: BatchWorld, records: readonly SpooledRecord[]): Promise<WrittenPart> {
  const { client, insert } = world;
  const fresh = await dropDeleted(world, await takeFresh(client, records));
  const { blobs, bodies, learned } = planBodies(world.memory, fresh);
  await insert(client, MESSAGE_BLOB_SHAPE, blobs);
  await insert(client, REQUEST_BODY_SHAPE, bodies);
  await insert(client, RESPONSE_BODY_SHAPE, fresh.flatMap(toAnswerRows));
  const batch = await writeLinked(world, fresh);
  return { batch, facts: fresh.map((record) => record.facts), learned };
}

/** Remembers what the database has now. */
export function learn(memory: PayloadMemory, learned: readonly LearnedBase[]): void {
  for (const { place, base } of learned) memory.learn(place, base);
}

/** Finds the place of each record, writes its facts there, and keeps the facts of conversations true. */
async function writeLinked(world: BatchWorld, fresh: readonly LinkableRecord[]): Promise<WrittenBatch> {
  const { client, insert } = world;
  const { links, changes, recount } = await linkRecords(
    world,
    fresh.map(({ fingerprint }) => fingerprint),
  );
  const linked = fresh.map(({ facts, fingerprint }) => {
    const link = links.get(facts.requestId);
    invariant(link !== undefined, 'linking gives every request that it was given a place');
    return { request: facts, link, title: fingerprint.title };
  });
  const rows = linked.map(({ request, link }) => toRequestRow(request, link));
  await insert(client, REQUEST_SHAPE, sortRows(rows));
  await queueRequests(client, { rows: fresh.flatMap(toSearchQueueRow), prepared: world.prepared });
  await addToConversations(
    client,
    insert,
    linked.filter(({ link }) => !recount.has(link.conversationId)),
  );
  await recountConversations(client, insert, [...recount].toSorted());
  const requests = linked.map(({ request, link }) => ({
    facts: { ...request, conversationId: link.conversationId },
    link,
    provisionalConversationId: request.conversationId,
  }));
  const relinked = changes.flatMap(({ change }) => (links.has(change.after.requestId) ? [] : [change]));
  return { requests, relinked };
}

/** How a turn used the prompt cache is looked at later, when its parent is there too. */
function toTurnKey({ facts, link }: WrittenRequest): TurnKey[] {
  const { accountId, requestId, startedAtMs, usage } = facts;
  return usage === null || link.relation === 'attached' ? [] : [{ accountId: accountId ?? '', requestId, startedAtMs }];
}

/** What was said is made searchable later, by who may take its time; until then the request stands in a queue. */
function toSearchQueueRow({ facts, request, response }: SpooledRecord): SearchQueueTable[] {
  if (request === null && response === null) return [];
  const { conversationId, requestId, startedAtMs } = facts;
  return [{ payload_id: conversationId, request_id: requestId, started_at: new Date(startedAtMs) }];
}

function sortRows(rows: readonly RequestRow[]): RequestRow[] {
  return rows.toSorted((left, right) => (left.request_id < right.request_id ? -1 : 1));
}

/** Makes the months of these instants, in a transaction of its own: a late record may be of one that nobody made ahead. */
export async function ensureMonths(
  { client, months }: Pick<BatchWorld, 'client' | 'months'>,
  startedAtMs: readonly number[],
): Promise<void> {
  const needed = new Set(startedAtMs.map(toMonth));
  const unknown = [...needed].filter((month) => !months.has(month));
  if (unknown.length === 0) return;
  await createPartitions(client, unknown);
  for (const month of unknown) months.add(month);
}

/** Made before the transaction, so that an error of ours is told from one of the database. Throws `record-unwritable`. */
function checkRows(records: readonly SpooledRecord[]): void {
  try {
    for (const record of records) toFactsColumns(record.facts);
  } catch (error) {
    throw new StorageError('record-unwritable', `No row can be made of a record: ${String(error)}`, { cause: error });
  }
}

/** A record with what linking must know of it, whoever spooled it. */
interface LinkableRecord extends SpooledRecord {
  readonly fingerprint: Fingerprint;
}

/**
 * The records that were not there yet, each once. From here to the commit nobody else links in their domains, so that two
 * processes decide one after the other, and the second sees what the first wrote.
 */
async function takeFresh(client: ClientBase, records: readonly SpooledRecord[]): Promise<LinkableRecord[]> {
  const byId = new Map<string, LinkableRecord>();
  for (const record of records) {
    const fingerprint = record.fingerprint ?? toUnreadFingerprint(record.facts);
    if (!byId.has(fingerprint.requestId)) byId.set(fingerprint.requestId, { ...record, fingerprint });
  }
  const fresh = [...byId.values()];
  await lockDomains(
    client,
    fresh.map(({ fingerprint }) => fingerprint.domain),
  );
  const found = await client.query<{ request_id: string }>(
    `select f.request_id
     from unnest($1::text[], $2::uuid[]) as k (domain, request_id)
     join fingerprint as f on f.domain = k.domain and f.request_id = k.request_id`,
    [fresh.map(({ fingerprint }) => fingerprint.domain), fresh.map(({ fingerprint }) => fingerprint.requestId)],
  );
  const stored = new Set(found.rows.map((row) => row.request_id));
  return fresh.filter(({ fingerprint }) => !stored.has(fingerprint.requestId));
}

/** A body that later ones can be built on, and where. */
function toAnswerRows({ facts, response }: SpooledRecord) {
  return response ? [toResponseBodyRow(facts, response)] : [];
}
