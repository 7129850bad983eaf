import { findHeader, readSliceCounts, splitBody } from '@nexus/anthropic';
import { unpackBytes } from '../codec/codec.ts';
import { decodeBody } from '../codec/decode-body.ts';
import { unpackDetails } from '../codec/details.ts';
import { splitHashes, toSliceHash } from '../codec/hash.ts';
import { toMonth } from '../migrations/month.ts';
import { loadBlobs } from '../queries/request/load-blobs.ts';
import { loadSliceHashes } from '../queries/request/slice-hashes.ts';
import type { RequestBodyTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { toUuid } from './to-uuid.ts';

/** A piece of a body that says something and was not read before. */
export interface UnreadSlice {
  readonly hash: Buffer;
  /** Its place among the slices of the body. */
  readonly index: number;
  readonly kind: 'system' | 'message';
  readonly bytes: Uint8Array;
}

/** What is to be read of a request's body. */
export interface UnreadBody {
  readonly slices: readonly UnreadSlice[];
  /** Messages before these that were read already, and may hold the calls that these give the results of. */
  readonly earlier: readonly Uint8Array[];
  /** Slices that were read already, perhaps of a request that began later. */
  readonly read: readonly SlicePlace[];
}

/** Of one body; the latest are read. Longer ones are made by machines to try us. */
const SLICES_MAX = 10_000;

/**
 * The slices of a body that were not read for the search yet: what is new in its request.
 * Throws `body-damaged` where the body cannot be put together.
 */
export async function loadUnreadSlices(storage: Pick<Storage, 'db'>, row: RequestBodyTable): Promise<UnreadBody> {
  if (row.method === 'none' || row.raw_sha256 === null) return { slices: [], earlier: [], read: [] };
  return row.method === 'whole' ? cutWhole(storage, row) : loadOwn(storage, row);
}

/** A slice of a body by its place; the bytes are not loaded yet. */
export interface SlicePlace {
  readonly hash: Buffer;
  readonly index: number;
}

/** What stands before `keep` belongs to the request's base, and is read with that. */
async function loadOwn(storage: Pick<Storage, 'db'>, row: RequestBodyTable): Promise<UnreadBody> {
  const { toolCount, systemCount } = readSliceCounts(unpackBytes({ codec: row.data_codec, data: row.data }));
  const own = splitHashes(row.refs).map((hash, at): SlicePlace => ({ hash, index: row.keep + at }));
  const saying = own.filter(({ index }) => index >= toolCount).slice(-SLICES_MAX);
  const { fresh, read } = await partRead(storage, row, saying);
  const blobs = await loadBlobs(
    storage,
    [row],
    fresh.map(({ hash }) => hash),
  );
  const firstMessage = toolCount + systemCount;
  const slices = fresh.flatMap(({ hash, index }): UnreadSlice[] => {
    const bytes = blobs.get(hash.toString('hex'));
    return bytes === undefined ? [] : [{ hash, index, bytes, kind: index < firstMessage ? 'system' : 'message' }];
  });
  const answering = fresh.filter(({ hash }) => blobs.get(hash.toString('hex'))?.includes('tool_result'));
  const before = answering.map(({ index }) => index - 1).filter((index) => index >= firstMessage);
  return { slices, read, earlier: await loadEarlier(storage, row, { before, fresh }) };
}

async function loadEarlier(
  storage: Pick<Storage, 'db'>,
  row: RequestBodyTable,
  { before, fresh }: { readonly before: readonly number[]; readonly fresh: readonly SlicePlace[] },
): Promise<Uint8Array[]> {
  const loaded = new Set(fresh.map(({ index }) => index));
  const wanted = before.filter((index) => !loaded.has(index));
  if (wanted.length === 0) return [];
  const all = splitHashes(await loadSliceHashes(storage, row));
  const hashes = wanted.flatMap((index) => all[index] ?? []);
  return [...(await loadBlobs(storage, [row], hashes)).values()];
}

/** A body that was stored whole: compressed by its client, or with too many messages to be cut when it was written. */
async function cutWhole(storage: Pick<Storage, 'db'>, row: RequestBodyTable): Promise<UnreadBody> {
  const { requestHeaders } = unpackDetails({ codec: row.details_codec, data: row.details });
  const encoding = findHeader(requestHeaders, 'content-encoding');
  const body = decodeBody(unpackBytes({ codec: row.data_codec, data: row.data }), encoding);
  const cut = (body === null ? null : splitBody(body))?.slices ?? [];
  const saying = cut
    .flatMap(({ kind, bytes }, index) => (kind === 'tool' ? [] : [{ kind, bytes, index, hash: toSliceHash(bytes) }]))
    .slice(-SLICES_MAX);
  const parted = await partRead(storage, row, saying);
  const fresh = new Set(parted.fresh.map(({ index }) => index));
  return {
    read: parted.read,
    slices: saying.filter(({ index }) => fresh.has(index)),
    earlier: saying.flatMap(({ bytes, index }) => (fresh.has(index) ? [] : [bytes])),
  };
}

interface PartedPlaces {
  readonly fresh: readonly SlicePlace[];
  readonly read: readonly SlicePlace[];
}

async function partRead(
  { db }: Pick<Storage, 'db'>,
  row: RequestBodyTable,
  places: readonly SlicePlace[],
): Promise<PartedPlaces> {
  if (places.length === 0) return { fresh: [], read: [] };
  const found = await db
    .selectFrom('message_search_slice')
    .select('slice_hash')
    .where('payload_id', '=', row.payload_id)
    .where('month', '=', toMonth(row.started_at.getTime()))
    .where((eb) => eb('slice_hash', '=', eb.fn.any(eb.val(places.map(({ hash }) => toUuid(hash))))))
    .execute();
  const isRead = new Set(found.map((slice) => slice.slice_hash));
  // The same message twice in one body is read once.
  const once = [...new Map(places.map((place) => [toUuid(place.hash), place]))];
  return {
    fresh: once.flatMap(([key, place]) => (isRead.has(key) ? [] : [place])),
    read: once.flatMap(([key, place]) => (isRead.has(key) ? [place] : [])),
  };
}
