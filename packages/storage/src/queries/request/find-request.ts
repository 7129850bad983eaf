import type { Link, RequestFacts } from '@nexus/core';
import { type RequestDetails, unpackDetails } from '../../codec/details.ts';
import { unpackTimings } from '../../codec/timings.ts';
import type { BodyMethod } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { findRequestRange } from './request-time.ts';
import { toFacts } from './to-facts.ts';
import { type PayloadKey, toPayloadKey } from './to-payload-key.ts';
import { toRequestLink } from './to-request-link.ts';

/** What is known of a stored body without reading it. */
export interface StoredRequestBody {
  readonly method: BodyMethod;
  readonly rawBytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface StoredResponseBody {
  readonly rawBytes: number;
  /** Hex, of the bytes that were kept. */
  readonly sha256: string;
  readonly encoding: string | null;
  readonly truncated: boolean;
  readonly timings: [atMs: number, bytes: number][];
}

/** Everything about one request but its bodies. Headers and phases are empty where the payload was dropped. */
export interface FoundRequest extends RequestDetails {
  readonly facts: RequestFacts;
  readonly link: Link;
  readonly requestBody: StoredRequestBody | null;
  readonly responseBody: StoredResponseBody | null;
}

/** One request by its id, or null. The time in the id picks the partition, so no other one is read. */
export async function findRequest(storage: Pick<Storage, 'db'>, requestId: string): Promise<FoundRequest | null> {
  const row = await findFacts(storage, requestId);
  if (!row) return null;
  const [body, answer] = await Promise.all([findBodyRow(storage, row), findAnswerRow(storage, row)]);
  const details = body ? unpackDetails({ codec: body.details_codec, data: body.details }) : NO_DETAILS;
  return {
    facts: toFacts(row),
    link: toRequestLink(row),
    ...details,
    requestBody: toRequestBody(body),
    responseBody: answer
      ? {
          rawBytes: answer.raw_bytes,
          sha256: answer.raw_sha256.toString('hex'),
          encoding: answer.encoding,
          truncated: answer.truncated,
          timings: unpackTimings(answer.timings),
        }
      : null,
  };
}

/** The facts row, found by the index on (started_at, request_id) inside the two seconds around the time in the id. */
export async function findFacts({ db }: Pick<Storage, 'db'>, requestId: string) {
  const range = findRequestRange(requestId);
  if (!range) return null;
  const row = await db
    .selectFrom('request')
    .selectAll()
    .where('started_at', '>=', range.from)
    .where('started_at', '<=', range.to)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row ?? null;
}

const NO_DETAILS: RequestDetails = { requestHeaders: [], responseHeaders: [], phases: {} };

function findBodyRow({ db }: Pick<Storage, 'db'>, key: PayloadKey) {
  return db
    .selectFrom('request_body')
    .select(['method', 'raw_bytes', 'raw_sha256', 'details', 'details_codec'])
    .where((eb) => eb.and(toPayloadKey(key)))
    .executeTakeFirst();
}

/** Reads all but the data, which may be many megabytes. */
function findAnswerRow({ db }: Pick<Storage, 'db'>, key: PayloadKey) {
  return db
    .selectFrom('response_body')
    .select(['encoding', 'truncated', 'raw_bytes', 'raw_sha256', 'timings'])
    .where((eb) => eb.and(toPayloadKey(key)))
    .executeTakeFirst();
}

function toRequestBody(row: Awaited<ReturnType<typeof findBodyRow>>): StoredRequestBody | null {
  if (!row?.raw_sha256 || row.method === 'none') return null;
  return { method: row.method, rawBytes: row.raw_bytes, sha256: row.raw_sha256.toString('hex') };
}
