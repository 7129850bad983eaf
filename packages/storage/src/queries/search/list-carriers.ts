import { splitHashes } from '../../codec/hash.ts';
import type { RequestBodyTable } from '../../schema.ts';
import { toUuid } from '../../search/to-uuid.ts';
import type { Storage } from '../../storage.ts';
import type { SearchHit } from './search-hit.ts';

/** A message by what it says; the same one in every month. */
export type SearchedMessage = Pick<SearchHit, 'payloadId' | 'textHash'>;

/** A request that carried a message. */
export interface Carrier {
  readonly requestId: string;
  readonly startedAtMs: number;
}

export interface Carriers {
  /** In the order in which they began. */
  readonly requests: readonly Carrier[];
  /** True where the payload has more requests than are looked at; later ones may have carried it too. */
  readonly isCut: boolean;
}

/** Bodies of one payload that are looked at; no words are read, only hashes of what is new in each. */
const BODIES_MAX = 5_000;

/**
 * The requests whose bodies carried `messages`, or that were answered with them, by `toMessageKey`. Found from what each
 * body keeps of its base and what it adds, so that nothing has to be counted while requests are written.
 */
export async function listCarriers(
  storage: Pick<Storage, 'db'>,
  messages: readonly SearchedMessage[],
): Promise<Map<string, Carriers>> {
  const byPayload = Map.groupBy(messages, ({ payloadId }) => payloadId);
  const carriers = new Map<string, Carriers>();
  for (const [payloadId, said] of byPayload) {
    const textHashes = said.map(({ textHash }) => textHash);
    for (const [textHash, found] of await listOfPayload(storage, payloadId, textHashes)) {
      carriers.set(toMessageKey({ payloadId, textHash }), found);
    }
  }
  return carriers;
}

export function toMessageKey({ payloadId, textHash }: SearchedMessage): string {
  return `${payloadId}.${textHash}`;
}

async function listOfPayload(
  storage: Pick<Storage, 'db'>,
  payloadId: string,
  textHashes: readonly string[],
): Promise<Map<string, Carriers>> {
  const { db } = storage;
  const slices = await db
    .selectFrom('message_search_slice')
    .select(['slice_hash', 'text_hash'])
    .where('payload_id', '=', payloadId)
    .where((eb) => eb('text_hash', '=', eb.fn.any(eb.val([...textHashes]))))
    .execute();
  const textOf = new Map(
    slices.flatMap(({ slice_hash, text_hash }) => (text_hash === null ? [] : [[slice_hash, text_hash]])),
  );
  const bodies = await db
    .selectFrom('request_body')
    .select(['request_id', 'started_at', 'base_id', 'keep', 'refs'])
    .where('payload_id', '=', payloadId)
    .orderBy('started_at')
    .orderBy('request_id')
    .limit(BODIES_MAX + 1)
    .execute();
  const carriers = followBodies(bodies.slice(0, BODIES_MAX), { textOf, isCut: bodies.length > BODIES_MAX });
  for (const [textHash, first] of await listFirst(storage, payloadId, textHashes)) {
    const { requests, isCut } = carriers.get(textHash) ?? { requests: [], isCut: false };
    const others = requests.filter(({ requestId }) => requestId !== first.requestId);
    carriers.set(textHash, { requests: [first, ...others], isCut });
  }
  return carriers;
}

/** Who said each first. Of an answer that is the request that it answers, whose own body does not hold it. */
async function listFirst(
  { db }: Pick<Storage, 'db'>,
  payloadId: string,
  textHashes: readonly string[],
): Promise<Map<string, Carrier>> {
  const rows = await db
    .selectFrom('message_search')
    .select(['text_hash', 'request_id', 'started_at'])
    .where('payload_id', '=', payloadId)
    .where((eb) => eb('text_hash', '=', eb.fn.any(eb.val([...textHashes]))))
    .orderBy('month', 'desc')
    .execute();
  return new Map(
    rows.map((row) => [row.text_hash, { requestId: row.request_id, startedAtMs: row.started_at.getTime() }]),
  );
}

type BodyLink = Pick<RequestBodyTable, 'request_id' | 'started_at' | 'base_id' | 'keep' | 'refs'>;

/** A base began before what is built on it, so one walk in their order knows of each body which texts it holds, and where. */
function followBodies(
  bodies: readonly BodyLink[],
  { textOf, isCut }: { readonly textOf: ReadonlyMap<string, string>; readonly isCut: boolean },
): Map<string, Carriers> {
  const placesOf = new Map<string, ReadonlyMap<string, number>>();
  const found = new Map<string, Carrier[]>();
  for (const { request_id: requestId, started_at: startedAt, base_id: baseId, keep, refs } of bodies) {
    const kept = baseId === null ? [] : [...(placesOf.get(baseId) ?? [])].filter(([, at]) => at < keep);
    const places = new Map(kept);
    for (const [at, hash] of splitHashes(refs).entries()) {
      const textHash = textOf.get(toUuid(hash));
      if (textHash !== undefined && !places.has(textHash)) places.set(textHash, keep + at);
    }
    placesOf.set(requestId, places);
    for (const textHash of places.keys()) {
      const carrier = { requestId, startedAtMs: startedAt.getTime() };
      found.set(textHash, [...(found.get(textHash) ?? []), carrier]);
    }
  }
  return new Map([...found].map(([textHash, requests]) => [textHash, { requests, isCut }]));
}
