import { SLICE_HASH_BYTES } from '../../codec/hash.ts';
import type { RequestBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { StorageError } from '../../storage-error.ts';
import { findRequestTime } from './request-time.ts';

/** The parts of a stored body that tell which slices it is made of. */
export type ChainLink = Pick<RequestBodyTable, 'request_id' | 'base_id' | 'keep' | 'refs'>;

/** All hashes of a body, joined: those that it keeps of its base, then its own. Throws `body-damaged` for a broken chain. */
export async function loadSliceHashes(storage: Pick<Storage, 'db'>, row: RequestBodyTable): Promise<Buffer> {
  return row.base_id === null ? row.refs : walkChain(await loadChain(storage, row), row);
}

/** The hashes of a body whose base has `baseHashes`. */
export function addToBase(baseHashes: Buffer, { keep, refs }: Pick<ChainLink, 'keep' | 'refs'>): Buffer {
  return Buffer.concat([baseHashes.subarray(0, keep * SLICE_HASH_BYTES), refs]);
}

/**
 * All links from the keyframe on in one query. A base always began before its child, so the keyframe's own time (it is
 * in its id) bounds the walk from below, and the primary key serves both; no index on the keyframe is needed.
 */
function loadChain({ db }: Pick<Storage, 'db'>, row: RequestBodyTable): Promise<ChainLink[]> {
  const fromMs = findRequestTime(row.keyframe_id ?? '') ?? 0;
  return db
    .selectFrom('request_body')
    .select(['request_id', 'base_id', 'keep', 'refs'])
    .where('payload_id', '=', row.payload_id)
    .where('started_at', '>=', new Date(fromMs - CLOCK_DRIFT_MS))
    .where('started_at', '<=', row.started_at)
    .where('keyframe_id', '=', row.keyframe_id)
    .execute();
}

/** The time in an id and the recorded start may come from two readings of the clock. */
const CLOCK_DRIFT_MS = 1_000;

function walkChain(links: readonly ChainLink[], row: ChainLink): Buffer {
  const byId = new Map(links.map((link) => [link.request_id, link]));
  const path: ChainLink[] = [row];
  for (let link = row; link.base_id !== null;) {
    const base = byId.get(link.base_id);
    if (!base || path.length > links.length) throw toDamaged(row.request_id, 'misses a link of its chain');
    path.unshift(base);
    link = base;
  }
  return path.reduce<Buffer>(addToBase, Buffer.alloc(0));
}

export function toDamaged(requestId: string, what: string): StorageError {
  return new StorageError('body-damaged', `The stored body of ${requestId} ${what}.`);
}
