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
    const parent = index
      .turnsEndingAt(step.end)
      .filter((placed) => isAdmissible(fingerprint, { step, placed }))
      .reduce<Placed | null>((best, placed) => better(fingerprint, { step, best, placed }), null);
    if (parent !== null) return { parent, because: toReason(fingerprint, { step, parent }) };
  }
  return null;
}

interface Candidate {
  readonly step: ChainStep;
  readonly placed: Placed;
}

/**
 * An opening proves nothing, for others begin alike: it needs the same session and agent, or its answer copied. Where
 * no answer can be compared, it is enough that no session says otherwise. Behind an answer a beginning is proof.
 */
function isAdmissible(fingerprint: Fingerprint, { step, placed }: Candidate): boolean {
  const other = placed.fingerprint;
  if (other.chain?.isOpening === false || isSameAgent(fingerprint, other)) return true;
  const evidence = compareAnswer(step, other);
  return evidence === 'copied' || (evidence === 'unknown' && !isContradicting(fingerprint, other));
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
