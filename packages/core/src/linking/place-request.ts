import type { Fingerprint } from './fingerprint.ts';
import { findLauncherByCall, findLauncherByHeaders } from './find-launcher.ts';
import { findPrefixParent, type PrefixParent } from './find-prefix-parent.ts';
import { findSummaryParent } from './find-summary-parent.ts';
import { isTurn, type LinkIndex, type Placed } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Placement } from './link.ts';

interface Known {
  readonly index: LinkIndex;
  readonly rules: LinkRules;
}

/**
 * Where a request belongs among the requests of its domain that precede it (`compareRequests`); only those may be in
 * `index`. Whatever the order of arrival, placing a set in that order gives the same graph.
 */
export function placeRequest(fingerprint: Fingerprint, known: Known): Placement {
  if (!isTurn(fingerprint)) return attach(fingerprint, known.index);
  const found = findPrefixParent(fingerprint, { index: known.index, isWhole: false });
  return found === null ? placeBeginning(fingerprint, known) : placeBehind(fingerprint, { found, index: known.index });
}

const NO_LINK: Placement = {
  relation: 'root',
  parentRequestId: null,
  retryOf: null,
  launchedBy: null,
  linkSource: 'none',
  because: '',
};

/** What is no turn belongs to its session, and stands beside the turn it carries the messages of. */
function attach(fingerprint: Fingerprint, index: LinkIndex): Placement {
  const { sessionId, sessionSource, unlinkable, kind } = fingerprint;
  const what = unlinkable === null || kind === 'other' ? `is no turn (${kind})` : `cannot be linked (${unlinkable})`;
  const found = findPrefixParent(fingerprint, { index, isWhole: true });
  const isOwn = found !== null && (sessionId === null || found.parent.fingerprint.sessionId === sessionId);
  const parentRequestId = isOwn ? found.parent.fingerprint.requestId : null;
  const base = { ...NO_LINK, relation: 'attached', parentRequestId } as const;
  if (sessionId !== null && sessionSource !== null) {
    return { ...base, linkSource: sessionSource, because: `${what}; belongs to its session` };
  }
  if (parentRequestId === null) return { ...base, because: what };
  return { ...base, linkSource: 'prefix', because: `${what}; carries the messages of a turn` };
}

function placeBehind(
  fingerprint: Fingerprint,
  { found, index }: { readonly found: PrefixParent; readonly index: LinkIndex },
): Placement {
  const parent = found.parent.fingerprint;
  const base = { ...NO_LINK, parentRequestId: parent.requestId, linkSource: 'prefix', because: found.because } as const;
  const turnId = index.turnOf(parent.requestId);
  const first = twinsOf(fingerprint, index).find(
    ({ placement }) => toTurnOf(index, placement.parentRequestId) === turnId,
  );
  if (first !== undefined) return toRetry(first, { base, index });
  if (fingerprint.agentId !== null && fingerprint.agentId !== parent.agentId) {
    return { ...base, relation: 'sub-agent', because: 'names its agent, which began as a copy of its parent' };
  }
  if (fingerprint.summariesRead.some((probe) => !parent.summariesRead.includes(probe))) {
    return { ...base, relation: 'compacts', because: 'carries a summary that its parent did not have' };
  }
  if (fingerprint.kind === 'compaction' || !index.isContinued(index.lineOf(parent.requestId)))
    return { ...base, relation: 'continues' };
  return { ...base, relation: 'forks', because: `${base.because}; another turn went on from there before` };
}

/** A request that goes on from nothing stored. The best evidence comes first; the order is part of the rule. */
function placeBeginning(fingerprint: Fingerprint, known: Known): Placement {
  const { index, rules } = known;
  const twin = twinsOf(fingerprint, index).findLast((placed) => isBeginning(placed, index));
  const base = { ...NO_LINK, linkSource: fingerprint.sessionSource ?? 'prefix' } as const;
  const isSure = fingerprint.agentId !== null || (fingerprint.continues && fingerprint.sessionId !== null);
  if (twin !== undefined && (isSure || isUnanswered(twin, { fingerprint, rules }))) {
    return toRetry(twin, { base: toPlaceOf(twin, base), index });
  }
  const summary = findSummaryParent(fingerprint, known);
  if (summary !== null) return { ...NO_LINK, relation: 'compacts', ...summary };
  if (fingerprint.agentId !== null) return placeAgent(fingerprint, index);
  const launch = findLauncherByCall(fingerprint, known);
  if (launch !== null) return { ...NO_LINK, relation: 'sub-agent', ...launch };
  if (twin !== undefined && fingerprint.sessionId !== null)
    return toRetry(twin, { base: toPlaceOf(twin, base), index });
  return placeRoot(fingerprint, index);
}

/** The first request of an agent that names itself; a later one that begins anew stays with what it sent before. */
function placeAgent(fingerprint: Fingerprint, index: LinkIndex): Placement {
  const { sessionId, agentId } = fingerprint;
  const earlier = sessionId === null ? undefined : index.turnsOf(sessionId, agentId).at(-1);
  if (earlier === undefined) return { ...NO_LINK, relation: 'sub-agent', ...findLauncherByHeaders(fingerprint, index) };
  if (fingerprint.kind === 'compaction') return placeCutCompaction(earlier, 'header');
  return {
    ...NO_LINK,
    relation: 'forks',
    parentRequestId: earlier.fingerprint.requestId,
    linkSource: 'header',
    because: 'begins anew within its agent',
  };
}

function placeRoot({ kind, sessionId, sessionSource }: Fingerprint, index: LinkIndex): Placement {
  const earlier = sessionId === null ? undefined : index.turnsOf(sessionId, null).at(-1);
  if (earlier === undefined || sessionSource === null)
    return { ...NO_LINK, because: 'nothing that came before leads here' };
  if (kind === 'compaction') return placeCutCompaction(earlier, sessionSource);
  return { ...NO_LINK, linkSource: sessionSource, because: 'begins anew within its session' };
}

/** Of a conversation that is too long to be sent, Claude Code drops the beginning and asks again to have it summed up. */
function placeCutCompaction(latest: Placed, linkSource: 'header' | 'metadata'): Placement {
  return {
    ...NO_LINK,
    relation: 'continues',
    parentRequestId: latest.fingerprint.requestId,
    linkSource,
    because: 'sums up its session, and carries only the end of it',
  };
}

/** Turns of the same caller with the very same conversation, in order. */
function twinsOf(fingerprint: Fingerprint, index: LinkIndex): readonly Placed[] {
  return fingerprint.chain === null ? [] : index.turnsOfCaller(fingerprint.chain.end, fingerprint);
}

/** Whether a turn was placed without a prefix, be it as a root, an agent or a segment. */
function isBeginning({ fingerprint, placement }: Placed, index: LinkIndex): boolean {
  const first = index.find(index.turnOf(fingerprint.requestId))?.placement ?? placement;
  return first.linkSource !== 'prefix';
}

/** Whether the caller got no whole answer from `twin`, and came again soon. */
function isUnanswered(
  { fingerprint: twin }: Placed,
  { fingerprint, rules }: { readonly fingerprint: Fingerprint; readonly rules: LinkRules },
): boolean {
  return twin.outcome !== 'completed' && fingerprint.startedAtMs - twin.startedAtMs <= rules.retryWindowMs;
}

function toTurnOf(index: LinkIndex, requestId: string | null): string | null {
  return requestId === null ? null : index.turnOf(requestId);
}

/** A retry of a beginning stands where its first attempt stands. */
function toPlaceOf({ placement }: Placed, base: Placement): Placement {
  return { ...base, parentRequestId: placement.parentRequestId };
}

function toRetry(first: Placed, { base, index }: { readonly base: Placement; readonly index: LinkIndex }): Placement {
  const retryOf = index.turnOf(first.fingerprint.requestId);
  return { ...base, relation: 'retries', retryOf, because: 'sends the same conversation again' };
}
