import type { LinkHash } from '@nexus/anthropic';
import type { Fingerprint } from './fingerprint.ts';
import { isTurn } from './link-index.ts';
import type { Link } from './link.ts';
import type { Linked } from './mend-graph.ts';

/**
 * By what a request finds the others that its place depends on, or whose place depends on it. Each list is one indexed
 * look-up within `domain`; empty lists need none.
 */
export interface LinkKeys {
  readonly domain: string;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  /** Requests whose end is one of these: what this one may go on from, and its retries. Longest last, its own. */
  readonly ends: readonly LinkHash[];
  /** The answers it carries: of the many that may share an opening, those whose `answerEnd` is one of these count. */
  readonly answers: readonly LinkHash[];
  /** Later requests that begin with `opening` and hold `end` among their steps: what may go on from this one. */
  readonly opening: LinkHash | null;
  readonly end: LinkHash | null;
  /** Requests whose answer launches an agent with this prompt, and where there are any, `isBeginning` with this prompt. */
  readonly promptHash: LinkHash | null;
  /** `isBeginning` with one of these prompts: the agents that this one may have launched. */
  readonly launchedPrompts: readonly LinkHash[];
  /** Requests whose answer holds one of these summaries. */
  readonly summariesRead: readonly LinkHash[];
  /** Requests that go on from one of these summaries. */
  readonly summariesWritten: readonly LinkHash[];
}

/** The keys of a request; see `isNeighbour` for what they must find. */
export function toLinkKeys(fingerprint: Fingerprint): LinkKeys {
  const { domain, sessionId, agentId, chain } = fingerprint;
  const ends = chain?.steps.map(({ end }) => end) ?? [];
  const answers = chain?.steps.flatMap(({ answered }) => answered ?? []) ?? [];
  const base = { domain, sessionId, agentId, ends, answers };
  if (!isTurn(fingerprint)) {
    return {
      ...base,
      opening: null,
      end: null,
      promptHash: null,
      launchedPrompts: [],
      summariesRead: [],
      summariesWritten: [],
    };
  }
  return {
    ...base,
    opening: chain?.opening ?? null,
    end: chain?.end ?? null,
    promptHash: fingerprint.promptHash,
    launchedPrompts: [...new Set(fingerprint.agentCalls.map(({ promptHash }) => promptHash))],
    summariesRead: fingerprint.summariesRead,
    summariesWritten: fingerprint.summariesWritten,
  };
}

/**
 * Whether the keys of a request find `other`. What a look-up must give for `mendGraph` is every neighbour, and every
 * member of the conversations they are in; for `decideLink`, at least
 * - one neighbour that is later, if there is any (nothing else is needed then);
 * - one request of the session for every conversation it is in;
 * - all that end at the last of `ends`, and all that end at the longest stored one of the others; where that is an
 *   opening (`chain.isOpening`), all that end at any of `ends`;
 * - unless something that is no opening ends within `ends`: all that are found by prompt or by summary, and of each
 *   agent of the session its newest turn and its newest compaction call.
 */
export function isNeighbour(keys: LinkKeys, { fingerprint: other, link }: Linked): boolean {
  if (other.domain !== keys.domain) return false;
  if (other.sessionId !== null && other.sessionId === keys.sessionId) return true;
  const { chain } = other;
  if (chain === null) return false;
  return (
    (keys.ends.includes(chain.end) && isMeant(keys, other)) ||
    (keys.end !== null && chain.steps.some(({ end }) => end === keys.end)) ||
    (keys.promptHash !== null &&
      ((other.promptHash === keys.promptHash && isBeginning(link)) ||
        other.agentCalls.some((call) => call.promptHash === keys.promptHash))) ||
    (other.promptHash !== null && keys.launchedPrompts.includes(other.promptHash) && isBeginning(link)) ||
    other.summariesWritten.some((probe) => keys.summariesRead.includes(probe)) ||
    other.summariesRead.some((probe) => keys.summariesWritten.includes(probe))
  );
}

/**
 * Thousands may share an opening. Only those count that the same session and agent sent, whose answer is carried, or
 * which have none to compare. Of those with an answer, the latest before and the earliest after the request of the same
 * end, session and agent are enough, with all attempts at the turns of those without.
 */
function isMeant(keys: LinkKeys, { chain, answerEnd, sessionId, agentId }: Fingerprint): boolean {
  if (chain?.isOpening === false || answerEnd === null || keys.answers.includes(answerEnd)) return true;
  return sessionId === keys.sessionId && agentId === keys.agentId;
}

/** Whether a request is a root, an agent's first or a segment's first, found by no prefix: only such are launched. */
export function isBeginning({ relation, linkSource }: Link): boolean {
  return linkSource !== 'prefix' && relation !== 'attached' && relation !== 'continues';
}
