import { findHeader, normaliseMessages, normaliseSlice, splitBody } from '@nexus/anthropic';
import { decodeBody } from '../../codec/decode-body.ts';
import { toSha256 } from '../../codec/hash.ts';
import type { FingerprintTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { findRequest } from '../request/find-request.ts';
import { rebuildRequestBody } from '../request/rebuild-request-body.ts';
import { isUuid } from './find-conversation.ts';

/** One message of a conversation as it stands in the last request that carried it. */
export interface PathMessage {
  /** Its index in `messages` of the segment's last request. */
  readonly index: number;
  /** The first request that carried it. For a message of Claude's that is the one after the one it answered. */
  readonly addedBy: string;
  /** The request that it answers; null for what the user wrote. */
  readonly answerTo: string | null;
  /** The branch on which it was said first; an earlier part of a path is another's. */
  readonly branch: string | null;
  /** The raw JSON of the message, as it came (without cache markers). */
  readonly json: Uint8Array;
}

/** Part of a path in which every request carries all that came before; a compaction begins the next. */
export interface PathSegment {
  /** Its turns, first to last, retries left out. */
  readonly requestIds: readonly string[];
  /** The last of them: its body is where the messages are from, and its answer follows them. */
  readonly lastRequestId: string;
  readonly messages: readonly PathMessage[];
  /** True where the body of the last request was not kept. */
  readonly isMissing: boolean;
}

/** What a path is walked by; no body is read for it. */
type Turn = Pick<
  FingerprintTable,
  'request_id' | 'parent_request_id' | 'relation' | 'link_source' | 'chain_length' | 'branch' | 'started_at'
>;

/**
 * The deduplicated path from the root to the end of a branch: each message once, with the request that added it. One body
 * is read a segment, however many requests carried it. An agent's path begins with its first request. Null where there
 * is no such branch.
 */
export async function listPathMessages(
  storage: Pick<Storage, 'db'>,
  { conversationId, branch }: { readonly conversationId: string; readonly branch: string },
): Promise<PathSegment[] | null> {
  if (!isUuid(conversationId)) return null;
  const turns = await storage.db
    .selectFrom('fingerprint')
    .select(['request_id', 'parent_request_id', 'relation', 'link_source', 'chain_length', 'branch', 'started_at'])
    .where('conversation_id', '=', conversationId)
    .where('branch', 'is not', null)
    .orderBy('started_at')
    .orderBy('request_id')
    .execute();
  const path = walkPath(turns, branch);
  if (path.length === 0) return null;
  const segments: PathSegment[] = [];
  for (const segment of toSegments(path)) segments.push(await readSegment(storage, segment));
  return segments;
}

/** From the latest turn of the branch up to where it began; who is no prefix of the next still stands before it. */
function walkPath(turns: readonly Turn[], branch: string): Turn[] {
  const byId = new Map(turns.map((turn) => [turn.request_id, turn]));
  const path: Turn[] = [];
  let at = turns.findLast((turn) => turn.branch === branch);
  while (at !== undefined && path.length < turns.length) {
    path.unshift(at);
    if (at.relation === 'sub-agent' || at.parent_request_id === null) break;
    at = byId.get(at.parent_request_id);
  }
  return path.filter((turn, index) => !isCut(turn) || index === path.length - 1);
}

/** A call for a summary that carries only the end of what its parent carried: on the way to others it says nothing new. */
function isCut(turn: Turn): boolean {
  return turn.relation === 'continues' && turn.link_source !== 'prefix';
}

function toSegments(path: readonly Turn[]): Turn[][] {
  const segments: Turn[][] = [];
  for (const turn of path) {
    const current = segments.at(-1);
    if (current === undefined || turn.link_source !== 'prefix') segments.push([turn]);
    else current.push(turn);
  }
  return segments;
}

async function readSegment(storage: Pick<Storage, 'db'>, segment: readonly Turn[]): Promise<PathSegment> {
  const requestIds = segment.map((turn) => turn.request_id);
  const lastRequestId = requestIds.at(-1) ?? '';
  const slices = await loadMessages(storage, lastRequestId);
  const messages = slices === null ? [] : toMessages(slices, segment);
  return { requestIds, lastRequestId, messages, isMissing: slices === null };
}

/** The raw messages of a request; null where its body was not kept or cannot be cut. */
async function loadMessages(storage: Pick<Storage, 'db'>, requestId: string): Promise<Uint8Array[] | null> {
  const body = await rebuildRequestBody(storage, requestId);
  if (body === null) return null;
  const direct = splitBody(body.bytes) ?? splitBody((await decode(storage, requestId, body.bytes)) ?? body.bytes);
  return direct?.slices.filter(({ kind }) => kind === 'message').map(({ bytes }) => bytes) ?? null;
}

async function decode(storage: Pick<Storage, 'db'>, requestId: string, bytes: Uint8Array): Promise<Uint8Array | null> {
  const found = await findRequest(storage, requestId);
  const encoding = found === null ? null : findHeader(found.requestHeaders, 'content-encoding');
  return encoding === null ? null : decodeBody(bytes, encoding);
}

/**
 * Blocks count up to where each request ended, whatever form its client gave them then: so the request that added a
 * message is told without reading the others' bodies. What does not count (a note) came with what follows it; before an
 * answer, with the request that was answered.
 */
function toMessages(slices: readonly Uint8Array[], segment: readonly Turn[]): PathMessage[] {
  const read = normaliseMessages(slices.map((bytes) => normaliseSlice(bytes, toSha256)));
  const blocks = read.ok ? read.messages.blocks : [];
  const firstBlocks = new Map<number, number>();
  for (const [at, { messageIndex }] of blocks.entries()) {
    if (!firstBlocks.has(messageIndex)) firstBlocks.set(messageIndex, at);
  }
  let next = segment.length - 1;
  let isBeforeAnswer = false;
  return slices
    .map((json, index) => ({ json, index, block: firstBlocks.get(index) }))
    .toReversed()
    .map(({ json, index, block }): PathMessage => {
      if (block !== undefined) {
        const at = segment.findIndex((turn) => block < (turn.chain_length ?? 0));
        next = at === -1 ? segment.length - 1 : at;
      }
      const isAnswer = block !== undefined && blocks[block]?.role === 'assistant';
      if (block !== undefined) isBeforeAnswer = isAnswer;
      const before = segment[next - 1];
      const answered = isAnswer ? before : undefined;
      const isNoteBefore = block === undefined && isBeforeAnswer && before !== undefined;
      const { request_id: addedBy = '', branch = null } = (isNoteBefore ? before : segment[next]) ?? {};
      return {
        index,
        addedBy,
        answerTo: answered?.request_id ?? null,
        branch: answered === undefined ? branch : answered.branch,
        json,
      };
    })
    .toReversed();
}
