import type { ClientBase } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import { SLICE_HASH_BYTES, splitHashes } from '../../codec/hash.ts';
import { lockDomains } from '../../linking/lock-domains.ts';
import { toMonth } from '../../migrations/month.ts';
import { forgetSearched } from '../../search/forget-searched.ts';
import type { RequestBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import { isUuid } from './find-conversation.ts';

export interface ConversationDeletion {
  readonly conversationId: string;
  /** Epoch milliseconds. */
  readonly deletedAtMs: number;
  /** A fresh UUID: it tells writers of this deletion. */
  readonly deletionId: string;
  /** Who does it. Its domain and the number of requests are added where they are known. */
  readonly audit: AuditEntry;
}

/**
 * Deletes a conversation for good: its requests with their bodies, and all that linking knew of them. The sums of usage
 * stay. Gives the number of requests, or null where there is no such conversation.
 */
export async function deleteConversation(
  { pool }: Pick<Storage, 'pool'>,
  deletion: ConversationDeletion,
): Promise<number | null> {
  if (!isUuid(deletion.conversationId)) return null;
  return inTransaction(pool, async (client) => {
    const gone = await deleteAll(client, deletion);
    if (gone === null) return null;
    const { domain, requestCount } = gone;
    await insertAudit(client, { ...deletion.audit, domain, detail: { requestCount } });
    return requestCount;
  });
}

interface DeletedRequests {
  readonly domain: string;
  readonly requestCount: number;
}

async function deleteAll(client: ClientBase, deletion: ConversationDeletion): Promise<DeletedRequests | null> {
  const { conversationId } = deletion;
  const found = await client.query<{ domain: string }>('select domain from conversation where conversation_id = $1', [
    conversationId,
  ]);
  const domain = found.rows[0]?.domain;
  if (domain === undefined) return null;
  await lockDomains(client, [domain]);
  // Of two that delete at once, one waited here and finds nothing.
  const mine = await client.query('delete from conversation where conversation_id = $1', [conversationId]);
  if (mine.rowCount === 0) return null;
  const gone = await client.query<{ request_id: string; payload_id: string }>(
    'delete from request where conversation_id = $1 returning request_id, payload_id',
    [conversationId],
  );
  const requestIds = gone.rows.map((row) => row.request_id);
  for (const table of ['fingerprint', 'agent_call', 'summary_probe']) {
    await client.query(`delete from ${table} where domain = $1 and request_id = any($2::uuid[])`, [domain, requestIds]);
  }
  for (const table of ['chain_step', 'branch']) {
    await client.query(`delete from ${table} where conversation_id = $1`, [conversationId]);
  }
  const payloadIds = [...new Set(gone.rows.map((row) => row.payload_id))];
  for (const payloadId of payloadIds) await deletePayload(client, { payloadId, requestIds, deletion });
  return { domain, requestCount: requestIds.length };
}

interface PayloadPart {
  readonly payloadId: string;
  readonly requestIds: readonly string[];
  readonly deletion: ConversationDeletion;
}

/** Conversations may share a payload: what others' bodies were built on is written into them before it goes. */
async function deletePayload(client: ClientBase, { payloadId, requestIds, deletion }: PayloadPart): Promise<void> {
  const bodies = await client.query<BodyRow>(
    `select request_id, started_at, base_id, keyframe_id, keep, refs, method
     from request_body
     where payload_id = $1`,
    [payloadId],
  );
  const gone = new Set(requestIds);
  const byId = new Map(bodies.rows.map((row) => [row.request_id, row]));
  const broken = new Set(bodies.rows.flatMap((row) => (gone.has(row.request_id) ? (row.keyframe_id ?? []) : [])));
  const kept = bodies.rows.filter((row) => !gone.has(row.request_id) && row.method === 'slices');
  for (const row of kept) {
    if (row.keyframe_id === null || !broken.has(row.keyframe_id)) continue;
    await client.query(
      `update request_body
       set base_id = null, keyframe_id = request_id, keep = 0, refs = $4
       where payload_id = $1 and started_at = $2 and request_id = $3`,
      [payloadId, row.started_at, row.request_id, toAllRefs(row, byId)],
    );
  }
  for (const table of ['request_body', 'response_body']) {
    await client.query(`delete from ${table} where payload_id = $1 and request_id = any($2::uuid[])`, [
      payloadId,
      requestIds,
    ]);
  }
  await deleteBlobs(client, { payloadId, kept, byId });
  await forgetSearched(client, payloadId);
  await client.query(
    `insert into payload_deletion (payload_id, deleted_at, deletion_id)
     values ($1, $2, $3)
     on conflict (payload_id) do update set deleted_at = excluded.deleted_at, deletion_id = excluded.deletion_id`,
    [payloadId, new Date(deletion.deletedAtMs), deletion.deletionId],
  );
}

type BodyRow = Pick<
  RequestBodyTable,
  'request_id' | 'started_at' | 'base_id' | 'keyframe_id' | 'keep' | 'refs' | 'method'
>;

/** All hashes of a body: what it keeps of its base, then its own. Bases form no ring, since each began before its child. */
function toAllRefs(row: BodyRow, byId: ReadonlyMap<string, BodyRow>): Buffer {
  const path = [row];
  for (let at = row; at.base_id !== null && path.length <= byId.size;) {
    const base = byId.get(at.base_id);
    if (base === undefined) break;
    path.unshift(base);
    at = base;
  }
  return path.reduce<Buffer>(
    (refs, { keep, refs: own }) => Buffer.concat([refs.subarray(0, keep * SLICE_HASH_BYTES), own]),
    Buffer.alloc(0),
  );
}

interface KeptBodies {
  readonly payloadId: string;
  readonly kept: readonly BodyRow[];
  readonly byId: ReadonlyMap<string, BodyRow>;
}

/** Slices that no body of the month refers to any more. */
async function deleteBlobs(client: ClientBase, { payloadId, kept, byId }: KeptBodies): Promise<void> {
  const used = new Map<string, [month: string, hash: Buffer]>();
  for (const row of kept) {
    const month = toMonth(row.started_at.getTime());
    for (const hash of splitHashes(toAllRefs(row, byId))) used.set(`${month}${hash.toString('hex')}`, [month, hash]);
  }
  const pairs = [...used.values()];
  await client.query(
    `delete from message_blob as b
     where b.payload_id = $1
       and not exists (
         select
         from unnest($2::date[], $3::bytea[]) as k (month, hash)
         where k.month = b.month and k.hash = b.hash
       )`,
    [payloadId, pairs.map(([month]) => month), pairs.map(([, hash]) => hash)],
  );
}
