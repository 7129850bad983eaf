import { unpackBytes } from '../../codec/codec.ts';
import type { MessageSearchTable } from '../../schema.ts';

export type SearchRole = MessageSearchTable['role'];

/** A message that says what was looked for. */
export interface SearchHit {
  readonly payloadId: string;
  readonly textHash: string;
  /** Epoch milliseconds. */
  readonly saidAtMs: number;
  /** Among what was said at the same time: its place in the body that carried it first. */
  readonly place: number;
  /** The first request that carried it, or that it answers. */
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly isAnswer: boolean;
  readonly domain: string;
  readonly role: SearchRole;
  readonly tools: readonly string[];
  /** Its beginning, as much as is searched. */
  readonly text: string;
  /** Characters of the whole text. */
  readonly textLength: number;
  readonly rank: number | null;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Null on the last page. */
  readonly next: SearchCursor | null;
}

/** Where a page ended. */
export interface SearchCursor {
  /** Only where hits stand by their rank. */
  readonly rank?: number | undefined;
  readonly saidAtMs: number;
  readonly place: number;
  readonly textHash: string;
}

/** All but the words, which are as long as the text and of use in the index alone. */
export const HIT_COLUMNS = [
  'payload_id',
  'text_hash',
  'said_at',
  'place',
  'request_id',
  'started_at',
  'is_answer',
  'domain',
  'role',
  'tools',
  'text_length',
  'codec',
  'data',
] as const satisfies readonly (keyof MessageSearchTable)[];

type HitRow = Pick<MessageSearchTable, (typeof HIT_COLUMNS)[number]> & { readonly rank: number | null };

export function toHit(row: HitRow): SearchHit {
  return {
    payloadId: row.payload_id,
    textHash: row.text_hash,
    saidAtMs: row.said_at.getTime(),
    place: row.place,
    requestId: row.request_id,
    startedAtMs: row.started_at.getTime(),
    isAnswer: row.is_answer,
    domain: row.domain,
    role: row.role,
    tools: row.tools,
    text: unpackBytes(row).toString('utf8'),
    textLength: row.text_length,
    rank: row.rank,
  };
}

export function toCursor({ saidAtMs, place, textHash, rank }: SearchHit): SearchCursor {
  return { saidAtMs, place, textHash, ...(rank === null ? {} : { rank }) };
}
