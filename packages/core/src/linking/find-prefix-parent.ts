import type { ChainStep } from './chain.ts';
import { compareRequests, type Fingerprint } from './fingerprint.ts';
import type { LinkIndex, Placed } from './link-index.ts';

/** A turn that a request goes on from, and the words for it. */
export interface PrefixParent {
  readonly parent: Placed;
  readonly because: string;
}

/**
 * The turn whose conversation is the longest proper beginning of `fingerprint`'s. Of several that end alike, one of the
 * same session and agent wins, then one whose answer the request carries, then the latest, then the greater id.
 * `isWhole` lets the request's own end count as well.
 */
export function findPrefixParent(
  fingerprint: Fingerprint,
  { index, isWhole }: { readonly index: LinkIndex; readonly isWhole: boolean },
): PrefixParent | null {
  const steps = fingerprint.chain?.steps ?? [];
  for (let at = steps.length - (isWhole ? 1 : 2); at >= 0; at--) {
    const step = steps[at];
    if (step === undefined) continue;
    const ending = index.turnsEndingAt(step.end);
    const answeredTurns = turnsWithAnswer(ending, index);
    const parent = ending
      .filter((placed) => {
        const isUnanswered = !answeredTurns.has(index.turnOf(placed.fingerprint.requestId));
        return isAdmissible(fingerprint, { step, placed, isUnanswered });
      })
      .reduce<Placed | null>((best, placed) => better(fingerprint, { step, best, placed }), null);
    if (parent !== null) return { parent, because: toReason(fingerprint, { step, parent }) };
  }
  return null;
}

interface Candidate {
  readonly step: ChainStep;
  readonly placed: Placed;
}

/** The turns of which some attempt has an answer that can be compared. */
function turnsWithAnswer(ending: readonly Placed[], index: LinkIndex): ReadonlySet<string> {
  const answered = ending.filter(({ fingerprint }) => fingerprint.answerEnd !== null);
  return new Set(answered.map(({ fingerprint }) => index.turnOf(fingerprint.requestId)));
}

/**
 * An opening proves nothing, for others begin alike: it needs the same session and agent, or its answer copied. Where
 * no attempt at it has an answer to compare, it is enough that no session says otherwise. A beginning that goes on from
 * a summary, or that has an answer in it, is nobody else's.
 */
function isAdmissible(
  fingerprint: Fingerprint,
  { step, placed, isUnanswered }: Candidate & { readonly isUnanswered: boolean },
): boolean {
  const other = placed.fingerprint;
  if (other.chain?.isOpening === false || other.summariesRead.length > 0) return true;
  if (isSameAgent(fingerprint, other)) return true;
  const evidence = compareAnswer(step, other);
  if (evidence !== 'unknown') return evidence === 'copied';
  return !isContradicting(fingerprint, other) && isUnanswered;
}

/** Whether the two name the same agent of the same session, or the same session without any agent. */
export function isSameAgent(a: Fingerprint, b: Fingerprint): boolean {
  return (a.sessionId ?? a.agentId) !== null && a.sessionId === b.sessionId && a.agentId === b.agentId;
}

/** Whether both name a session, but not the same agent of the same one. */
function isContradicting(a: Fingerprint, b: Fingerprint): boolean {
  return a.sessionId !== null && b.sessionId !== null && !isSameAgent(a, b);
}

type AnswerEvidence = 'copied' | 'unknown' | 'other';

function compareAnswer(step: ChainStep, { answerEnd }: Fingerprint): AnswerEvidence {
  if (answerEnd === null) return 'unknown';
  return step.answered === answerEnd ? 'copied' : 'other';
}

const EVIDENCE_RANK: Readonly<Record<AnswerEvidence, number>> = { copied: 2, unknown: 1, other: 0 };

function better(
  fingerprint: Fingerprint,
  { step, best, placed }: Candidate & { readonly best: Placed | null },
): Placed {
  if (best === null) return placed;
  const rank = ({ fingerprint: other }: Placed): number =>
    (isSameAgent(fingerprint, other) ? 10 : 0) + EVIDENCE_RANK[compareAnswer(step, other)];
  const difference = rank(placed) - rank(best) || compareRequests(placed.fingerprint, best.fingerprint);
  return difference > 0 ? placed : best;
}

function toReason(
  fingerprint: Fingerprint,
  { step, parent }: { readonly step: ChainStep; readonly parent: Placed },
): string {
  const other = parent.fingerprint;
  const proof = {
    copied: 'and carries its answer',
    unknown: 'whose answer cannot be compared',
    other: 'though the answer was changed',
  }[compareAnswer(step, other)];
  const session =
    other.sessionId !== null && fingerprint.sessionId !== null && other.sessionId !== fingerprint.sessionId
      ? ', resumed under another session'
      : '';
  return `begins with the whole conversation of its parent, ${proof}${session}`;
}
