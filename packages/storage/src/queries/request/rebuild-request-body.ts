import { joinBody } from '@nexus/anthropic';
import { unpackBytes } from '../../codec/codec.ts';
import { splitHashes, toSha256 } from '../../codec/hash.ts';
import type { RequestBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { findFacts } from './find-request.ts';
import { loadBlobs } from './load-blobs.ts';
import { loadSliceHashes, toDamaged } from './slice-hashes.ts';
import { toPayloadKey } from './to-payload-key.ts';

export interface RebuiltBody {
  /** The exact bytes that came. */
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/**
 * The request body of one request byte for byte, or null where none was kept.
 * Throws `body-damaged` where a part is missing or the result does not match its hash.
 */
export async function rebuildRequestBody(storage: Pick<Storage, 'db'>, requestId: string): Promise<RebuiltBody | null> {
  const key = await findFacts(storage, requestId);
  if (!key) return null;
  const row = await storage.db
    .selectFrom('request_body')
    .selectAll()
    .where((eb) => eb.and(toPayloadKey(key)))
    .executeTakeFirst();
  if (!row?.raw_sha256 || row.method === 'none') return null;
  const data = unpackBytes({ codec: row.data_codec, data: row.data });
  const bytes = row.method === 'whole' ? data : await joinSlices(storage, row, data);
  if (!toSha256(bytes).equals(row.raw_sha256)) throw toDamaged(requestId, 'does not match its hash');
  return { bytes, sha256: row.raw_sha256.toString('hex') };
}

async function joinSlices(storage: Pick<Storage, 'db'>, row: RequestBodyTable, skeleton: Buffer): Promise<Uint8Array> {
  const hashes = splitHashes(await loadSliceHashes(storage, row));
  const blobs = await loadBlobs(storage, [row], hashes);
  const slices = hashes.map((hash) => {
    const bytes = blobs.get(hash.toString('hex'));
    if (!bytes) throw toDamaged(row.request_id, 'misses a slice');
    return { bytes };
  });
  return joinBody({ skeleton, slices });
}
