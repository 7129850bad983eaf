import type { ClientBase } from 'pg';
import { splitHashes } from '../codec/hash.ts';
import { toMonth } from '../migrations/month.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { dropPayload } from './pack-record.ts';
import type { PayloadMemory } from './payload-memory.ts';

/**
 * A record is spooled without the slices that the database had then. Where somebody deleted them since, its body cannot
 * be kept, and what we knew of its payload is forgotten, so that the next ones are whole again.
 */
export async function dropDeleted<Spooled extends SpooledRecord>(
  { client, memory }: { readonly client: ClientBase; readonly memory: PayloadMemory },
  records: readonly Spooled[],
): Promise<Spooled[]> {
  const payloadIds = [...new Set(records.map(({ facts }) => facts.conversationId))];
  const deleted = await client.query<{ payload_id: string; deletion_id: string }>(
    'select payload_id, deletion_id from payload_deletion where payload_id = any($1::uuid[])',
    [payloadIds],
  );
  if (deleted.rows.length === 0) return [...records];
  for (const row of deleted.rows) memory.noteDeletion(row.payload_id, row.deletion_id);
  const affected = new Set(deleted.rows.map((row) => row.payload_id));
  const kept: Spooled[] = [];
  for (const record of records) {
    const isWhole = !affected.has(record.facts.conversationId) || (await hasAllSlices(client, record));
    kept.push(isWhole ? record : { ...record, ...dropPayload(record) });
  }
  return kept;
}

async function hasAllSlices(client: ClientBase, { facts, request, slices }: SpooledRecord): Promise<boolean> {
  if (request?.method !== 'slices') return true;
  const own = new Set(slices.map(({ hash }) => hash.toString('hex')));
  const missing = splitHashes(request.hashes).filter((hash) => !own.has(hash.toString('hex')));
  const wanted = [...new Map(missing.map((hash) => [hash.toString('hex'), hash])).values()];
  if (wanted.length === 0) return true;
  const found = await client.query<{ count: number }>(
    `select count(*) as count
     from message_blob
     where payload_id = $1 and month = $2 and hash = any($3::bytea[])`,
    [facts.conversationId, toMonth(facts.startedAtMs), wanted],
  );
  return found.rows[0]?.count === wanted.length;
}
