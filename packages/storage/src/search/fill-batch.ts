import type { ClientBase } from 'pg';
import { unpackBytes } from '../codec/codec.ts';
import { unpackDetails } from '../codec/details.ts';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { MessageSearchTable, RequestBodyTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { StorageError } from '../storage-error.ts';
import type { InsertRows } from '../writer/insert-rows.ts';
import { MESSAGE_SEARCH_SHAPE, MESSAGE_SEARCH_SLICE_SHAPE } from './insert-shapes.ts';
import { loadUnreadSlices, type SlicePlace } from './load-slices.ts';
import { toUuid } from './to-uuid.ts';
import { type ReadRequest, readTexts, type SearchRows, type StoredAnswer } from './read-texts.ts';

export interface FillWorld {
  readonly storage: Storage;
  readonly insert: InsertRows;
  /** Months that can be searched; what is queued of others is let go. */
  readonly months: ReadonlySet<Month>;
}

export interface FilledBatch {
  readonly requests: number;
  readonly texts: number;
  /** Requests whose bodies are damaged. */
  readonly unreadable: readonly string[];
}

/** Words of one transaction; a request with more is one by itself. */
const BATCH_CHARACTERS_MAX = 8_000_000;

/**
 * Reads the bodies of the `requestsMax` requests that wait longest, and makes what they say searchable, in one
 * transaction. Null where another process is at it. Repeating a request changes nothing.
 */
export function fillBatch(world: FillWorld, requestsMax: number): Promise<FilledBatch | null> {
  return inTransaction(world.storage.pool, async (client) => {
    const lock = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.search}) as locked`,
    );
    if (lock.rows[0]?.locked !== true) return null;
    const batch = await readBatch(world, await takeQueued(client, requestsMax));
    await world.insert(client, MESSAGE_SEARCH_SHAPE, keepEarliest(batch.texts));
    await world.insert(client, MESSAGE_SEARCH_SLICE_SHAPE, batch.slices);
    for (const repeated of batch.repeated) await noteEarlier(client, repeated);
    await client.query(
      `delete from search_queue as q
       using unnest($1::uuid[], $2::uuid[]) as k (payload_id, request_id)
       where q.payload_id = k.payload_id and q.request_id = k.request_id`,
      [batch.done.map((row) => row.payload_id), batch.done.map((row) => row.request_id)],
    );
    return { requests: batch.done.length, texts: batch.texts.length, unreadable: batch.unreadable };
  });
}

/** Lets the request that waits longest go unread: its words cannot be stored. Gives its id. */
export async function skipFirst({ pool }: Pick<Storage, 'pool'>): Promise<string | null> {
  const gone = await pool.query<{ request_id: string }>(
    `delete from search_queue
     where (payload_id, request_id) in (
       select payload_id, request_id
       from search_queue
       order by started_at, request_id
       limit 1
     )
     returning request_id`,
  );
  return gone.rows[0]?.request_id ?? null;
}

interface QueuedRequest {
  readonly payload_id: string;
  readonly request_id: string;
  readonly started_at: Date;
  /** Null where the request is gone. */
  readonly domain: string | null;
  readonly duration_ms: number | null;
  readonly stream: boolean | null;
}

/** Who deletes a conversation waits for these rows, and so deletes what is written here too; whom it has deleted is left to it. */
async function takeQueued(client: ClientBase, requestsMax: number): Promise<QueuedRequest[]> {
  const found = await client.query<QueuedRequest>(
    `select q.payload_id, q.request_id, q.started_at, r.domain, r.duration_ms, r.stream
     from search_queue as q
     left join request as r on r.started_at = q.started_at and r.request_id = q.request_id
     order by q.started_at, q.request_id
     limit $1
     for update of q skip locked`,
    [requestsMax],
  );
  return found.rows;
}

/** Slices that a request shares with others that were read before it. */
interface RepeatedSlices {
  readonly request: QueuedRequest;
  readonly slices: readonly SlicePlace[];
}

/** A request that was recorded late may have begun before those that were read: then it is who said it first. */
async function noteEarlier(client: ClientBase, { request, slices }: RepeatedSlices): Promise<void> {
  const { payload_id: payloadId, request_id: requestId, started_at: startedAt } = request;
  await client.query(
    `update message_search as m
     set said_at = $3, place = k.place, started_at = $3, request_id = $4, is_answer = false
     from message_search_slice as s
     join unnest($5::uuid[], $6::integer[]) as k (slice_hash, place) on k.slice_hash = s.slice_hash
     where s.payload_id = $1
       and s.month = $2
       and m.payload_id = s.payload_id
       and m.month = s.month
       and m.text_hash = s.text_hash
       and (m.started_at, m.request_id) > ($3, $4)`,
    [
      payloadId,
      toMonth(startedAt.getTime()),
      startedAt,
      requestId,
      slices.map(({ hash }) => toUuid(hash)),
      slices.map(({ index }) => index),
    ],
  );
}

interface ReadBatch extends SearchRows {
  readonly repeated: readonly RepeatedSlices[];
  readonly done: readonly QueuedRequest[];
  readonly unreadable: readonly string[];
}

/** One request after the other: a body may take 32 MB, and only its words are kept. */
async function readBatch(world: FillWorld, queued: readonly QueuedRequest[]): Promise<ReadBatch> {
  const texts: MessageSearchTable[] = [];
  const slices: SearchRows['slices'][number][] = [];
  const done: QueuedRequest[] = [];
  const repeated: RepeatedSlices[] = [];
  const unreadable: string[] = [];
  let characters = 0;
  for (const row of queued) {
    if (characters > BATCH_CHARACTERS_MAX) break;
    done.push(row);
    if (!world.months.has(toMonth(row.started_at.getTime()))) continue;
    const read = await readQueued(world.storage, row);
    if (read === null) {
      unreadable.push(row.request_id);
      continue;
    }
    texts.push(...read.texts);
    slices.push(...read.slices);
    if (read.read.length > 0) repeated.push({ request: row, slices: read.read });
    characters += read.texts.reduce((sum, text) => sum + text.words.length, 0);
  }
  return { texts, slices, repeated, done, unreadable };
}

interface ReadBodies extends SearchRows {
  readonly read: readonly SlicePlace[];
}

/** Null where a body is damaged. */
async function readQueued(storage: Storage, row: QueuedRequest): Promise<ReadBodies | null> {
  const { domain, duration_ms: durationMs, stream } = row;
  if (domain === null || durationMs === null) return { texts: [], slices: [], read: [] };
  const request: ReadRequest = {
    payloadId: row.payload_id,
    month: toMonth(row.started_at.getTime()),
    requestId: row.request_id,
    startedAt: row.started_at,
    durationMs,
    domain,
  };
  const body = await findBody(storage, row);
  const answer = await findAnswer(storage, row);
  try {
    const unread = body === undefined ? NOTHING : await loadUnreadSlices(storage, body);
    const rows = readTexts(request, unread, answer === undefined ? null : toAnswer(answer, body, stream === true));
    return { ...rows, read: unread.read };
  } catch (error) {
    // Damage of one body is told, and must not hold the others; a database that is away must.
    if (error instanceof StorageError || error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

const NOTHING = { slices: [], earlier: [], read: [] } as const;

function findBody({ db }: Pick<Storage, 'db'>, row: QueuedRequest) {
  return db
    .selectFrom('request_body')
    .selectAll()
    .where('payload_id', '=', row.payload_id)
    .where('started_at', '=', row.started_at)
    .where('request_id', '=', row.request_id)
    .executeTakeFirst();
}

function findAnswer({ db }: Pick<Storage, 'db'>, row: QueuedRequest) {
  return db
    .selectFrom('response_body')
    .select(['encoding', 'data', 'data_codec'])
    .where('payload_id', '=', row.payload_id)
    .where('started_at', '=', row.started_at)
    .where('request_id', '=', row.request_id)
    .executeTakeFirst();
}

type AnswerRow = NonNullable<Awaited<ReturnType<typeof findAnswer>>>;

function toAnswer(answer: AnswerRow, body: RequestBodyTable | undefined, stream: boolean): StoredAnswer {
  const headers =
    body === undefined ? [] : unpackDetails({ codec: body.details_codec, data: body.details }).responseHeaders;
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1].toLowerCase();
  return {
    bytes: unpackBytes({ codec: answer.data_codec, data: answer.data }),
    encoding: answer.encoding,
    isStream: type?.startsWith('text/event-stream') ?? stream,
  };
}

/** A statement takes each row once; of the same text the earliest counts. Sorted, so that writers never wait in a ring. */
function keepEarliest(texts: readonly MessageSearchTable[]): MessageSearchTable[] {
  const earliest = new Map<string, MessageSearchTable>();
  for (const text of texts) {
    const key = `${text.payload_id}${text.month}${text.text_hash}`;
    const known = earliest.get(key);
    if (known === undefined || isEarlier(text, known)) earliest.set(key, text);
  }
  return [...earliest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

function isEarlier(text: MessageSearchTable, known: MessageSearchTable): boolean {
  if (text.started_at.getTime() !== known.started_at.getTime()) return text.started_at < known.started_at;
  return text.request_id < known.request_id;
}
