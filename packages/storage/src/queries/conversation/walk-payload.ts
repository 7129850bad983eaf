import type { Link, RequestFacts } from '@nexus/core';
import { unpackBytes } from '../../codec/codec.ts';
import { type RequestDetails, unpackDetails } from '../../codec/details.ts';
import { splitHashes, toSha256 } from '../../codec/hash.ts';
import type { RequestBodyTable, RequestTable, ResponseBodyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type FoundResponseBody, toResponseBody } from '../request/find-response-body.ts';
import { loadBlobs } from '../request/load-blobs.ts';
import { addToBase, loadSliceHashes, toDamaged } from '../request/slice-hashes.ts';
import { toFacts } from '../request/to-facts.ts';
import { toRequestLink } from '../request/to-request-link.ts';
import { walkRequests } from '../request/walk-requests.ts';
import { isUuid } from './find-conversation.ts';

/** A request of a conversation with everything that is kept of it. Headers and phases are empty where they are not. */
export interface KeptRequest extends RequestDetails {
  readonly facts: RequestFacts;
  readonly link: Link;
  readonly requestBody: KeptBody | null;
  readonly responseBody: FoundResponseBody | null;
}

/** A request body as it is kept: whole, or as a skeleton and the hashes (hex) of its slices. */
export type KeptBody =
  | { readonly kind: 'whole'; readonly sha256: string; readonly bytes: Uint8Array }
  | {
      readonly kind: 'slices';
      readonly sha256: string;
      readonly skeleton: Uint8Array;
      readonly hashes: readonly string[];
      /** Those of its slices that no request before it had. */
      readonly fresh: readonly KeptSlice[];
    };

export interface KeptSlice {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

const PAGE_REQUESTS = 50;

/**
 * All requests of a conversation, oldest first, with their payload. Every slice is read once and no body is put together:
 * a conversation of a thousand turns costs what was said in it, and not its square. Throws `body-damaged`.
 */
export async function* walkPayload(
  storage: Pick<Storage, 'db'>,
  conversationId: string,
): AsyncGenerator<KeptRequest, void> {
  if (!isUuid(conversationId)) return;
  const walk: Walk = { storage, given: new Set(), known: new Map() };
  for await (const rows of walkRequests(storage, { conversationId, pageMax: PAGE_REQUESTS })) {
    yield* await readPage(walk, rows);
  }
}

interface Walk {
  readonly storage: Pick<Storage, 'db'>;
  /** Slices that were given already, by their hash. */
  readonly given: Set<string>;
  /** Hashes of the bodies that the next ones may be built on. */
  readonly known: Map<string, Buffer>;
}

async function readPage(walk: Walk, rows: readonly RequestTable[]): Promise<KeptRequest[]> {
  const [bodies, answers] = await Promise.all([listBodies(walk.storage, rows), listAnswers(walk.storage, rows)]);
  const bodyOf = new Map(bodies.map((row) => [row.request_id, row]));
  const answerOf = new Map(answers.map((row) => [row.request_id, row]));
  // In the order of their requests: a base stands before what is built on it.
  const ordered = rows.flatMap((row) => bodyOf.get(row.request_id) ?? []);
  const hashesOf = await readHashes(walk, ordered);
  const slices = await loadSlices(walk, ordered, hashesOf);
  return rows.map((row) => {
    const body = bodyOf.get(row.request_id);
    const answer = answerOf.get(row.request_id);
    const details = body ? unpackDetails({ codec: body.details_codec, data: body.details }) : NO_DETAILS;
    return {
      ...details,
      facts: toFacts(row),
      link: toRequestLink(row),
      requestBody: toKeptBody(walk, { body, hashesOf, slices }),
      responseBody: answer ? toResponseBody(answer) : null,
    };
  });
}

const NO_DETAILS: RequestDetails = { requestHeaders: [], responseHeaders: [], phases: {} };

/** What bounds a read of the page's payload: places and times are the beginning of the primary key, ids its end. */
function toBounds(rows: readonly RequestTable[]) {
  const times = rows.map((row) => row.started_at.getTime());
  return {
    payloadIds: [...new Set(rows.map((row) => row.payload_id))],
    requestIds: rows.map((row) => row.request_id),
    from: new Date(Math.min(...times)),
    to: new Date(Math.max(...times)),
  };
}

function listBodies({ db }: Pick<Storage, 'db'>, rows: readonly RequestTable[]): Promise<RequestBodyTable[]> {
  const { payloadIds, requestIds, from, to } = toBounds(rows);
  return db
    .selectFrom('request_body')
    .selectAll()
    .where('payload_id', 'in', payloadIds)
    .where('started_at', '>=', from)
    .where('started_at', '<=', to)
    .where('request_id', 'in', requestIds)
    .execute();
}

function listAnswers({ db }: Pick<Storage, 'db'>, rows: readonly RequestTable[]): Promise<ResponseBodyTable[]> {
  const { payloadIds, requestIds, from, to } = toBounds(rows);
  return db
    .selectFrom('response_body')
    .selectAll()
    .where('payload_id', 'in', payloadIds)
    .where('started_at', '>=', from)
    .where('started_at', '<=', to)
    .where('request_id', 'in', requestIds)
    .execute();
}

/** The hashes of all slices of each body that has slices, by the id of its request. */
async function readHashes(walk: Walk, bodies: readonly RequestBodyTable[]): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const row of bodies) {
    if (row.method !== 'slices') continue;
    const base = walk.known.get(row.base_id ?? '');
    // The base may be another conversation's, or have been forgotten here.
    const hashes = base === undefined ? await loadSliceHashes(walk.storage, row) : addToBase(base, row);
    found.set(row.request_id, hashes);
    remember(walk.known, row.request_id, hashes);
  }
  return found;
}

/** Writers choose a base among the latest few of a payload; its branches and agents may be more than those. */
const KNOWN_MAX = 256;

function remember(known: Map<string, Buffer>, requestId: string, hashes: Buffer): void {
  known.set(requestId, hashes);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

/** The slices of `bodies` that were not given yet, by their hash. */
async function loadSlices(
  { storage, given }: Walk,
  bodies: readonly RequestBodyTable[],
  hashesOf: ReadonlyMap<string, Buffer>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = new Map<string, Buffer>();
  for (const hashes of hashesOf.values()) {
    for (const hash of splitHashes(hashes)) {
      const key = hash.toString('hex');
      if (!given.has(key)) wanted.set(key, hash);
    }
  }
  return loadBlobs(storage, bodies, [...wanted.values()]);
}

interface BodyParts {
  readonly body: RequestBodyTable | undefined;
  readonly hashesOf: ReadonlyMap<string, Buffer>;
  readonly slices: ReadonlyMap<string, Uint8Array>;
}

function toKeptBody({ given }: Walk, { body, hashesOf, slices }: BodyParts): KeptBody | null {
  if (!body?.raw_sha256 || body.method === 'none') return null;
  const sha256 = body.raw_sha256.toString('hex');
  const data = unpackBytes({ codec: body.data_codec, data: body.data });
  const joined = hashesOf.get(body.request_id);
  if (joined === undefined) {
    if (!toSha256(data).equals(body.raw_sha256)) throw toDamaged(body.request_id, 'does not match its hash');
    return { kind: 'whole', sha256, bytes: data };
  }
  const hashes = splitHashes(joined).map((hash) => hash.toString('hex'));
  const fresh: KeptSlice[] = [];
  for (const hash of hashes) {
    if (given.has(hash)) continue;
    const bytes = slices.get(hash);
    if (bytes === undefined) throw toDamaged(body.request_id, 'misses a slice');
    given.add(hash);
    fresh.push({ hash, bytes });
  }
  return { kind: 'slices', sha256, skeleton: data, hashes, fresh };
}
