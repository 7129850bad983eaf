import type {
  AgentCall,
  Digest,
  LinkHash,
  MessagesResult,
  NormalisedAnswer,
  RequestKind,
  UnlinkableReason,
} from '@nexus/anthropic';
import type { Outcome } from '../exchange/outcome.ts';
import { type Chain, toAnswerEnd, toChain } from './chain.ts';

/** All that linking ever knows of a request. Instants are epoch milliseconds. Plain data: it survives JSON. */
export interface Fingerprint {
  readonly requestId: string;
  readonly domain: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly kind: RequestKind;
  readonly outcome: Outcome;
  readonly sessionId: string | null;
  /** Where the session was read from; null where there is none. */
  readonly sessionSource: 'header' | 'metadata' | null;
  readonly agentId: string | null;
  readonly parentAgentId: string | null;
  /** Null where the body has no conversation in it; `unlinkable` says why. */
  readonly chain: Chain | null;
  readonly unlinkable: UnlinkableReason | null;
  /** `chain.end` with the answer behind it; null unless the answer came whole and something in it counts. */
  readonly answerEnd: LinkHash | null;
  /** Hash of the first message's first text, as an agent's prompt would have it. */
  readonly promptHash: LinkHash | null;
  /** What the answer launched. */
  readonly agentCalls: readonly AgentCall[];
  /** True where the first message says that it goes on from a compacted conversation. */
  readonly continues: boolean;
  /** Probes of the summaries that the request's messages carry. */
  readonly summariesRead: readonly LinkHash[];
  /** Probes of the summary that the answer gave. */
  readonly summariesWritten: readonly LinkHash[];
  /** The title that the answer gave the conversation. */
  readonly title: string | null;
}

/** What of a recorded exchange a fingerprint is made of, beside its messages and its answer. */
export type FingerprintFacts = Pick<
  Fingerprint,
  | 'requestId'
  | 'domain'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'kind'
  | 'outcome'
  | 'sessionId'
  | 'sessionSource'
  | 'agentId'
  | 'parentAgentId'
  | 'title'
>;

/**
 * The fingerprint of an exchange. `messages` is what `normaliseMessages` gave for the request, null where the request
 * has no body of messages; `answer` what `normaliseAnswer` gave, null where there is no answer.
 */
export function toFingerprint(
  facts: FingerprintFacts,
  content: {
    readonly messages: MessagesResult | null;
    readonly answer: NormalisedAnswer | null;
    readonly digest: Digest;
  },
): Fingerprint {
  const { messages, answer, digest } = content;
  const read = messages?.ok === true ? messages.messages : null;
  const chain = read === null ? null : toChain(read.blocks, digest);
  // A prefilled answer comes back as one text with what the client began, so its own blocks say nothing.
  const comparable = chain !== null && read?.prefilled === false && facts.outcome === 'completed' && answer !== null;
  return {
    ...facts,
    chain,
    unlinkable: chain !== null ? null : messages?.ok === false ? messages.reason : 'no-messages',
    answerEnd: comparable ? toAnswerEnd(chain, { answer: answer.blocks, digest }) : null,
    promptHash: read?.promptHash ?? null,
    agentCalls: answer?.agentCalls ?? [],
    continues: read?.continues ?? false,
    summariesRead: read?.summaryProbes ?? [],
    summariesWritten: answer?.summaryProbes ?? [],
  };
}

/** Sorts by when requests started, then by id: the order in which a graph is decided, whatever order they came in. */
export function compareRequests(
  a: Pick<Fingerprint, 'startedAtMs' | 'requestId'>,
  b: Pick<Fingerprint, 'startedAtMs' | 'requestId'>,
): number {
  if (a.startedAtMs !== b.startedAtMs) return a.startedAtMs - b.startedAtMs;
  return a.requestId < b.requestId ? -1 : Number(a.requestId > b.requestId);
}
