import { findHeader } from '@nexus/anthropic';
import { unpackBytes } from '../codec/codec.ts';
import { unpackDetails } from '../codec/details.ts';
import { isOfReading } from '../follow/is-of-reading.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import { toPayloadKey } from '../queries/request/to-payload-key.ts';
import type { MessageSearchSliceTable, MessageSearchTable, RequestBodyTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { StorageError } from '../storage-error.ts';
import { loadUnreadSlices, type SlicePlace, type UnreadBody } from './load-slices.ts';
import { type ReadRequest, readTexts, type ReadTexts, type StoredAnswer, toSearchRow } from './read-texts.ts';

export interface QueuedRequest {
  readonly payload_id: string;
  readonly request_id: string;
  readonly started_at: Date;
  /** Null where the request is gone. */
  readonly domain: string | null;
  readonly duration_ms: number | null;
  readonly stream: boolean | null;
}

/** Slices that a request shares with others that were read before it. */
export interface RepeatedSlices {
  readonly request: QueuedRequest;
  readonly slices: readonly SlicePlace[];
}

export interface ReadBatch {
  /** Each text once, as the request said it that began first. */
  readonly texts: readonly MessageSearchTable[];
  readonly slices: readonly MessageSearchSliceTable[];
  readonly repeated: readonly RepeatedSlices[];
  readonly done: readonly QueuedRequest[];
  readonly unreadable: readonly string[];
}

/** Characters of words in one transaction; a request with more is one by itself. */
const BATCH_CHARACTERS_MAX = 8_000_000;

interface ReadWorld {
  readonly storage: Storage;
  readonly months: ReadonlySet<Month>;
}

/** Reads queued requests one after the other, the oldest first: a body may take 32 MB, and only its words are kept. */
export async function readBatch(world: ReadWorld, queued: readonly QueuedRequest[]): Promise<ReadBatch> {
  const texts = new Map<string, MessageSearchTable>();
  const slices: MessageSearchSliceTable[] = [];
  const done: QueuedRequest[] = [];
  const repeated: RepeatedSlices[] = [];
  const unreadable: string[] = [];
  let characters = 0;
  for (const row of queued) {
    if (characters > BATCH_CHARACTERS_MAX) break;
    done.push(row);
    const request = toRequest(row);
    if (request === null || !world.months.has(request.month)) continue;
    const read = await readQueued(world.storage, row, request);
    if (read === null) {
      unreadable.push(row.request_id);
      continue;
    }
    for (const text of await toNewRows(world.storage, { request, read, texts })) {
      texts.set(toTextKey(text), text);
      characters += text.words.length;
    }
    slices.push(...read.slices);
    if (read.repeated.length > 0) repeated.push({ request: row, slices: read.repeated });
  }
  return { texts: [...texts.values()], slices, repeated, done, unreadable };
}

/** Tells a text from all others; the beginning of the primary key. */
export function toTextKey(text: Pick<MessageSearchTable, 'payload_id' | 'month' | 'text_hash'>): string {
  return `${text.payload_id}${text.month}${text.text_hash}`;
}

/** Null where the request is gone. */
function toRequest(row: QueuedRequest): (ReadRequest & { readonly month: Month }) | null {
  const { domain, duration_ms: durationMs, started_at: startedAt } = row;
  if (domain === null || durationMs === null) return null;
  const month = toMonth(startedAt.getTime());
  return { payloadId: row.payload_id, month, requestId: row.request_id, startedAt, durationMs, domain };
}

interface NewTexts {
  readonly request: ReadRequest;
  readonly read: ReadTexts;
  /** Those of the same batch; all of them began before. */
  readonly texts: ReadonlyMap<string, MessageSearchTable>;
}

/** Rows of what this request said first. An answer comes back with every later turn: its words are cut once. */
async function toNewRows(storage: Storage, { request, read, texts }: NewTexts): Promise<MessageSearchTable[]> {
  const { payloadId: payload_id, month } = request;
  const fresh = new Map(
    read.said.flatMap((said) => {
      const key = toTextKey({ payload_id, month, text_hash: said.textHash });
      return texts.has(key) ? [] : [[said.textHash, said]];
    }),
  );
  if (fresh.size === 0) return [];
  const found = await storage.db
    .selectFrom('message_search')
    .select('text_hash')
    .where('payload_id', '=', payload_id)
    .where('month', '=', month)
    .where((eb) => eb('text_hash', '=', eb.fn.any(eb.val([...fresh.keys()]))))
    .where((eb) => eb(eb.refTuple('started_at', 'request_id'), '<=', eb.tuple(request.startedAt, request.requestId)))
    .execute();
  for (const known of found) fresh.delete(known.text_hash);
  return [...fresh.values()].map((said) => toSearchRow(request, said));
}

interface ReadBodies extends ReadTexts {
  readonly repeated: readonly SlicePlace[];
}

/** Null where a body is damaged. */
async function readQueued(storage: Storage, row: QueuedRequest, request: ReadRequest): Promise<ReadBodies | null> {
  const body = await findBody(storage, row);
  const answer = await findAnswer(storage, row);
  const unread = body === undefined ? NOTHING : await loadUndamaged(storage, body);
  if (unread === null) return null;
  try {
    const stored = answer === undefined ? null : toAnswer(answer, body, row.stream === true);
    return { ...readTexts(request, unread, stored), repeated: unread.read };
  } catch {
    // Bodies are whatever a stranger sent: one that breaks the reader must not keep all others from being read.
    return null;
  }
}

/** Damage of one body is told, and holds nobody; a database that is away does. */
async function loadUndamaged(storage: Storage, body: RequestBodyTable): Promise<UnreadBody | null> {
  try {
    return await loadUnreadSlices(storage, body);
  } catch (error) {
    if (error instanceof StorageError || isOfReading(error)) return null;
    throw error;
  }
}

const NOTHING: UnreadBody = { slices: [], earlier: [], read: [] };

function findBody({ db }: Pick<Storage, 'db'>, row: QueuedRequest) {
  return db
    .selectFrom('request_body')
    .selectAll()
    .where((eb) => eb.and(toPayloadKey(row)))
    .executeTakeFirst();
}

function findAnswer({ db }: Pick<Storage, 'db'>, row: QueuedRequest) {
  return db
    .selectFrom('response_body')
    .select(['encoding', 'data', 'data_codec'])
    .where((eb) => eb.and(toPayloadKey(row)))
    .executeTakeFirst();
}

type AnswerRow = NonNullable<Awaited<ReturnType<typeof findAnswer>>>;

function toAnswer(answer: AnswerRow, body: RequestBodyTable | undefined, stream: boolean): StoredAnswer {
  const headers =
    body === undefined ? [] : unpackDetails({ codec: body.details_codec, data: body.details }).responseHeaders;
  const type = findHeader(headers, 'content-type')?.toLowerCase();
  return {
    bytes: unpackBytes({ codec: answer.data_codec, data: answer.data }),
    encoding: answer.encoding,
    isStream: type?.startsWith('text/event-stream') ?? stream,
  };
}
