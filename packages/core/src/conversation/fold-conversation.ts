import { compareRequests } from '../linking/fingerprint.ts';
import type { Relation } from '../linking/link.ts';
import { addToTally, type LinkedRequest, type Tally } from './tally.ts';

/** What lists show of a conversation, kept on write so that they never aggregate. */
export interface ConversationFacts extends Tally {
  readonly conversationId: string;
  readonly domain: string;
  /** Branches of every kind, the main one among them. */
  readonly branchCount: number;
  readonly forkCount: number;
  readonly subtaskCount: number;
  readonly compactionCount: number;
  /** The latest title that a title request gave. */
  readonly title: DatedText | null;
  /** What the user wrote in the first turn. */
  readonly firstPrompt: DatedText | null;
  /** The latest turn, and how full its context was: all input tokens, cached or not. */
  readonly latest: LatestTurn | null;
}

/** A text and the request it is from, by which the earliest or latest is told. */
export interface DatedText {
  readonly text: string;
  readonly requestId: string;
  readonly startedAtMs: number;
}

export interface LatestTurn {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly model: string | null;
  readonly contextTokens: number;
}

/**
 * The facts of a conversation with one more of its requests; `facts` is null before the first. Whatever the order of
 * the requests, the facts are the same; a request that is moved away needs them folded anew.
 */
export function foldConversation(facts: ConversationFacts | null, linked: LinkedRequest): ConversationFacts {
  const { request, link, title } = linked;
  const begins = (relation: Relation): number => (link.relation === relation ? 1 : 0);
  const isTurn = link.relation !== 'attached';
  const { requestId, startedAtMs } = request;
  return {
    ...addToTally(facts, linked),
    conversationId: link.conversationId,
    domain: request.domain,
    branchCount:
      (facts?.branchCount ?? 0) + begins('root') + begins('forks') + begins('sub-agent') + begins('compacts'),
    forkCount: (facts?.forkCount ?? 0) + begins('forks'),
    subtaskCount: (facts?.subtaskCount ?? 0) + begins('sub-agent'),
    compactionCount: (facts?.compactionCount ?? 0) + begins('compacts'),
    title: later(facts?.title ?? null, title === null ? null : { text: title, requestId, startedAtMs }),
    firstPrompt: earlier(
      facts?.firstPrompt ?? null,
      isTurn && request.preview !== '' ? { text: request.preview, requestId, startedAtMs } : null,
    ),
    latest: later(facts?.latest ?? null, isTurn ? toLatest(linked) : null),
  };
}

/** What a conversation is called on screen. */
export function toTitle({ title, firstPrompt }: Pick<ConversationFacts, 'title' | 'firstPrompt'>): string | null {
  return title?.text ?? firstPrompt?.text ?? null;
}

type Dated = Pick<DatedText, 'requestId' | 'startedAtMs'>;

function later<Value extends Dated>(a: Value | null, b: Value | null): Value | null {
  if (a === null || b === null) return a ?? b;
  return compareRequests(a, b) < 0 ? b : a;
}

function earlier<Value extends Dated>(a: Value | null, b: Value | null): Value | null {
  if (a === null || b === null) return a ?? b;
  return compareRequests(a, b) < 0 ? a : b;
}

function toLatest({ request }: LinkedRequest): LatestTurn {
  const { requestId, startedAtMs, usage } = request;
  const cached = (usage?.cacheReadTokens ?? 0) + (usage?.cacheWrite5mTokens ?? 0) + (usage?.cacheWrite1hTokens ?? 0);
  return {
    requestId,
    startedAtMs,
    model: request.modelServed ?? request.model,
    contextTokens: (usage?.inputTokens ?? 0) + cached,
  };
}
