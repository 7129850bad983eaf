import { unpackBytes } from '../../codec/codec.ts';
import { toSha256 } from '../../codec/hash.ts';
import { unpackTimings } from '../../codec/timings.ts';
import type { ResponseBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { StorageError } from '../../storage-error.ts';
import { findFacts, type StoredResponseBody } from './find-request.ts';
import { toPayloadKey } from './to-payload-key.ts';

export interface FoundResponseBody extends StoredResponseBody {
  /** The bytes as they passed on the wire, still encoded where `encoding` says so. */
  readonly bytes: Uint8Array;
}

/** The answer of one request, or null where none was kept. Throws `body-damaged` where it does not match its hash. */
export async function findResponseBody(
  storage: Pick<Storage, 'db'>,
  requestId: string,
): Promise<FoundResponseBody | null> {
  const key = await findFacts(storage, requestId);
  if (!key) return null;
  const row = await storage.db
    .selectFrom('response_body')
    .selectAll()
    .where((eb) => eb.and(toPayloadKey(key)))
    .executeTakeFirst();
  if (!row) return null;
  return toResponseBody(row);
}

/** The answer of a stored row. Throws `body-damaged`. */
export function toResponseBody(row: ResponseBodyTable): FoundResponseBody {
  const bytes = unpackBytes({ codec: row.data_codec, data: row.data });
  if (!toSha256(bytes).equals(row.raw_sha256)) {
    throw new StorageError('body-damaged', `The stored answer of ${row.request_id} does not match its hash.`);
  }
  return {
    bytes,
    rawBytes: row.raw_bytes,
    sha256: row.raw_sha256.toString('hex'),
    encoding: row.encoding,
    truncated: row.truncated,
    timings: unpackTimings(row.timings),
  };
}
