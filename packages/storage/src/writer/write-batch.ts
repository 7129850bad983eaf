import type { ClientBase } from 'pg';
import type { RequestFacts } from '@nexus/core';
import { createPartitions } from '../migrations/ensure-partitions.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { MessageBlobTable, RequestBodyTable } from '../schema.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { StorageError } from '../storage-error.ts';
import type { Base, ConversationMemory, ConversationMonth } from './conversation-memory.ts';
import { foldUsageHours } from './fold-usage-hours.ts';
import type { InsertRows } from './insert-rows.ts';
import {
  MESSAGE_BLOB_SHAPE,
  REQUEST_BODY_SHAPE,
  REQUEST_SHAPE,
  RESPONSE_BODY_SHAPE,
  USAGE_HOUR_SHAPE,
} from './insert-shapes.ts';
import { planBody } from './plan-body.ts';
import { type RequestRow, toBlobRow, toRequestBodyRow, toRequestRow, toResponseBodyRow } from './to-rows.ts';

/** What a batch is written with. */
export interface BatchWorld {
  readonly client: ClientBase;
  readonly memory: ConversationMemory;
  readonly insert: InsertRows;
  /** Months that are known to have partitions. */
  readonly months: Set<Month>;
}

/**
 * Writes records in one transaction and gives the facts of those that were new. Repeating a batch changes nothing.
 * Throws what PostgreSQL throws; then nothing of the batch is written and nothing is remembered.
 */
export async function writeBatch(world: BatchWorld, records: readonly SpooledRecord[]): Promise<RequestFacts[]> {
  const { client } = world;
  const rows = toRequestRows(records);
  await ensureMonths(world, records);
  await client.query('begin');
  try {
    const fresh = await insertRequests(world, records, rows);
    const { blobs, bodies, learned } = planBodies(world.memory, fresh);
    await world.insert(client, MESSAGE_BLOB_SHAPE, sortBlobs(blobs));
    await world.insert(client, REQUEST_BODY_SHAPE, bodies);
    await world.insert(client, RESPONSE_BODY_SHAPE, fresh.flatMap(toAnswerRows));
    const facts = fresh.map((record) => record.facts);
    await world.insert(client, USAGE_HOUR_SHAPE, foldUsageHours(facts));
    await client.query('commit');
    for (const { place, base } of learned) world.memory.learn(place, base);
    return facts;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** A late replay may bring a record of a month that nobody made ahead. */
async function ensureMonths({ client, months }: BatchWorld, records: readonly SpooledRecord[]): Promise<void> {
  const needed = new Set(records.map((record) => toMonth(record.facts.startedAtMs)));
  const unknown = [...needed].filter((month) => !months.has(month));
  if (unknown.length === 0) return;
  await createPartitions(client, unknown);
  for (const month of unknown) months.add(month);
}

/** Made before the transaction, so that an error of ours is told from one of the database. Throws `record-unwritable`. */
function toRequestRows(records: readonly SpooledRecord[]): RequestRow[] {
  try {
    return records.map((record) => toRequestRow(record.facts));
  } catch (error) {
    throw new StorageError('record-unwritable', `No row can be made of a record: ${String(error)}`, { cause: error });
  }
}

/** Gives the records that were not there yet. Sorted rows make two writers of one frame wait in line instead of in a ring. */
async function insertRequests(
  { client, insert }: BatchWorld,
  records: readonly SpooledRecord[],
  rows: readonly RequestRow[],
): Promise<SpooledRecord[]> {
  const byId = new Map(rows.map((row) => [row.request_id, row]));
  const sorted = [...byId].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
  const inserted = new Set((await insert(client, REQUEST_SHAPE, sorted)).map(readRequestId));
  // Deleting as we go leaves one of two equal records, as the table does.
  return records.filter((record) => inserted.delete(record.facts.requestId));
}

function readRequestId(row: unknown): string {
  return typeof row === 'object' && row !== null && 'request_id' in row ? String(row.request_id) : '';
}

interface LearnedBase {
  readonly place: ConversationMonth;
  readonly base: Base;
}

interface PlannedBodies {
  readonly blobs: MessageBlobTable[];
  readonly bodies: RequestBodyTable[];
  readonly learned: LearnedBase[];
}

/**
 * Chooses the base of each body among what the database has and what stands earlier in the same batch. It is chosen
 * here and not when the record is spooled, so that no record ever depends on one that was not written.
 */
function planBodies(memory: ConversationMemory, records: readonly SpooledRecord[]): PlannedBodies {
  const planned: PlannedBodies = { blobs: [], bodies: [], learned: [] };
  for (const { facts, request, slices } of records) {
    if (!request) continue;
    const place = { conversationId: facts.conversationId, month: toMonth(facts.startedAtMs) };
    const here = planned.learned.filter((it) => isSame(it.place, place)).map((it) => it.base);
    const groupSize = (keyframeId: string): number =>
      memory.groupSize(place, keyframeId) + here.filter((base) => base.keyframeId === keyframeId).length;
    const candidate = { startedAtMs: facts.startedAtMs, hashes: request.hashes };
    const plan = planBody(candidate, [...memory.bases(place), ...here], groupSize);
    planned.bodies.push(toRequestBodyRow(facts, request, plan));
    for (const slice of slices) {
      if (!memory.isWritten(place, slice.hash)) planned.blobs.push(toBlobRow(place, slice));
    }
    if (request.method !== 'slices') continue;
    const keyframeId = plan.kind === 'link' ? plan.base.keyframeId : facts.requestId;
    const base = { requestId: facts.requestId, startedAtMs: facts.startedAtMs, keyframeId, hashes: request.hashes };
    planned.learned.push({ place, base });
  }
  return planned;
}

function isSame(left: ConversationMonth, right: ConversationMonth): boolean {
  return left.conversationId === right.conversationId && left.month === right.month;
}

/** One copy of each, in the order of the primary key: two writers of one conversation then never wait for each other in a ring. */
function sortBlobs(blobs: readonly MessageBlobTable[]): MessageBlobTable[] {
  const byKey = new Map(
    blobs.map((blob) => [`${blob.conversation_id}${blob.month}${blob.hash.toString('hex')}`, blob]),
  );
  return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, blob]) => blob);
}

function toAnswerRows({ facts, response }: SpooledRecord) {
  return response ? [toResponseBodyRow(facts, response)] : [];
}
