import type { RecordedRequest } from '@nexus/core';
import type { PoolClient } from 'pg';
import { createFingerprintRecord } from '../linking/fingerprint-record.ts';
import { toMonth } from '../migrations/month.ts';
import { type AuditEntry, insertAudit } from '../queries/audit/insert-audit.ts';
import type { Storage } from '../storage.ts';
import { createInsertRows } from './insert-rows.ts';
import { packRecord } from './pack-record.ts';
import { createPayloadMemory, type PayloadMonth } from './payload-memory.ts';
import { createSlicePacker } from './slice-packer.ts';
import { type BatchWorld, BEGIN_WRITE, ensureMonths, learn, writeFresh } from './write-batch.ts';

export interface RecordImport {
  /** The one domain of all of them. */
  readonly domain: string;
  /** When the requests began, epoch milliseconds: their months are made before the first is written. */
  readonly startedAtMs: readonly number[];
  /** Read once, a few at a time, in any order. */
  readonly records: AsyncIterable<RecordedRequest>;
  /** Who does it; called where something was new, with the conversation that most of it became. */
  readonly toAudit: (conversationId: string, requestCount: number) => AuditEntry;
}

export interface ImportReport {
  /** The conversations that the requests belong to, those that were there already included. */
  readonly conversationIds: readonly string[];
  readonly importedCount: number;
  /** Requests that were there already, and stay as they were. */
  readonly knownCount: number;
}

const BATCH_RECORDS = 50;
const KNOWN_SLICES_MAX = 400_000;

/**
 * Writes records that another database kept: all of them in one transaction, or none. They are linked by what they say,
 * as if they had passed here, but the sums of usage stay as they are: nothing was spent here. Repeating it changes nothing.
 */
export async function importRecords({ pool }: Pick<Storage, 'pool'>, source: RecordImport): Promise<ImportReport> {
  const client = await pool.connect();
  try {
    const world: BatchWorld = {
      client,
      memory: createPayloadMemory(KNOWN_SLICES_MAX),
      insert: createInsertRows({ prepared: false }),
      prepared: false,
      months: new Set(),
    };
    await ensureMonths(world, source.startedAtMs);
    await client.query(BEGIN_WRITE);
    await client.query('set local statement_timeout = 0');
    const report = await importAll(world, client, source);
    await client.query('commit');
    return report;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function importAll(
  world: BatchWorld,
  client: PoolClient,
  { domain, records, toAudit }: RecordImport,
): Promise<ImportReport> {
  const packSlice = createSlicePacker(world.memory);
  const fingerprintRecord = createFingerprintRecord();
  const requestIds: string[] = [];
  let importedCount = 0;
  for await (const batch of toBatches(records)) {
    const packed = batch.map((record) =>
      packRecord(record, {
        packSlice: (hash, bytes) => packSlice(toPlace(record), hash, bytes),
        fingerprintRecord,
      }),
    );
    const { facts, learned } = await writeFresh(world, packed);
    // Sure to stay or to be forgotten with this memory, which is the transaction's own.
    learn(world.memory, learned);
    importedCount += facts.length;
    for (const record of batch) requestIds.push(record.facts.requestId);
  }
  const conversationIds = await listConversationIds(client, { domain, requestIds });
  const [first] = conversationIds;
  if (importedCount > 0 && first !== undefined) await insertAudit(client, toAudit(first, importedCount));
  return { conversationIds, importedCount, knownCount: requestIds.length - importedCount };
}

function toPlace({ facts }: RecordedRequest): PayloadMonth {
  return { payloadId: facts.conversationId, month: toMonth(facts.startedAtMs) };
}

async function* toBatches(records: AsyncIterable<RecordedRequest>): AsyncGenerator<readonly RecordedRequest[]> {
  let batch: RecordedRequest[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < BATCH_RECORDS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The conversations that requests stand in, that of most of them first. */
async function listConversationIds(
  client: PoolClient,
  { domain, requestIds }: { readonly domain: string; readonly requestIds: readonly string[] },
): Promise<string[]> {
  const found = await client.query<{ conversation_id: string }>(
    `select conversation_id
     from fingerprint
     where domain = $1 and request_id = any($2::uuid[])
     group by conversation_id
     order by count(*) desc, conversation_id`,
    [domain, requestIds],
  );
  return found.rows.map((row) => row.conversation_id);
}
