import { unpackBytes } from '../../codec/codec.ts';
import { toMonth } from '../../migrations/month.ts';
import type { RequestBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';

/**
 * Slices of one or more bodies, by their hash in hex; those that are not there are left out. Hashes travel as one array
 * instead of a parameter each, of which a statement takes 65,535 at most.
 */
export async function loadBlobs(
  { db }: Pick<Storage, 'db'>,
  bodies: readonly Pick<RequestBodyTable, 'payload_id' | 'started_at'>[],
  hashes: readonly Buffer[],
): Promise<Map<string, Buffer>> {
  if (hashes.length === 0) return new Map();
  const found = await db
    .selectFrom('message_blob')
    .select(['hash', 'codec', 'data'])
    .where('payload_id', 'in', [...new Set(bodies.map((row) => row.payload_id))])
    .where('month', 'in', [...new Set(bodies.map((row) => toMonth(row.started_at.getTime())))])
    .where((eb) => eb('hash', '=', eb.fn.any(eb.val(hashes))))
    .execute();
  return new Map(found.map((blob) => [blob.hash.toString('hex'), unpackBytes(blob)]));
}
