import type { ChainStep } from './chain.ts';
import type { Fingerprint } from './fingerprint.ts';
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
    const parent = findEndingAt(step, { fingerprint, index });
    if (parent !== undefined) return { parent, because: toReason(fingerprint, { step, parent }) };
  }
  return null;
}

interface Wanted {
  readonly fingerprint: Fingerprint;
  readonly index: LinkIndex;
}

/**
 * The turn that ends at `step` and is meant. An opening proves nothing, for others begin alike: it needs the same
 * session and agent, or its answer copied; where no attempt at it has an answer to compare, it is enough that no session
 * says otherwise. A beginning that goes on from a summary, or that has an answer in it, is nobody else's.
 */
function findEndingAt(step: ChainStep, { fingerprint, index }: Wanted): Placed | undefined {
  const ending = index.turnsEndingAt(step.end);
  // All of them say the same, so one tells what they are.
  const first = ending[0]?.fingerprint;
  if (first === undefined) return undefined;
  const own = isNamed(fingerprint) ? findLikeliest(step, index.turnsOfCaller(step.end, fingerprint)) : undefined;
  if (own !== undefined) return own;
  if (first.chain?.isOpening === false || first.summariesRead.length > 0) return findLikeliest(step, ending);
  const copied = step.answered === null ? undefined : index.turnsAnswered(step.answered).at(-1);
  return (
    copied ?? index.turnsUnanswered(step.end).findLast((placed) => isPossible(placed, { step, fingerprint, index }))
  );
}

/** The latest whose answer is copied, else the latest without any to compare, else the latest. */
function findLikeliest(step: ChainStep, placed: readonly Placed[]): Placed | undefined {
  const withEvidence = (evidence: AnswerEvidence): Placed | undefined =>
    placed.findLast(({ fingerprint }) => compareAnswer(step, fingerprint) === evidence);
  return withEvidence('copied') ?? withEvidence('unknown') ?? placed.at(-1);
}

function isPossible(placed: Placed, { step, fingerprint, index }: Wanted & { readonly step: ChainStep }): boolean {
  return !isContradicting(fingerprint, placed.fingerprint) && !isAnsweredElsewhere(placed, { step, index });
}

/** Whether another attempt at the same turn has an answer that can be compared. */
function isAnsweredElsewhere(
  { fingerprint }: Placed,
  { step, index }: { readonly step: ChainStep; readonly index: LinkIndex },
): boolean {
  const turnId = index.turnOf(fingerprint.requestId);
  return index.turnsOfCaller(step.end, fingerprint).some(({ fingerprint: other }) => {
    return other.answerEnd !== null && index.turnOf(other.requestId) === turnId;
  });
}

function isNamed({ sessionId, agentId }: Fingerprint): boolean {
  return (sessionId ?? agentId) !== null;
}

/** Whether the two name the same agent of the same session, or the same session without any agent. */
export function isSameAgent(a: Fingerprint, b: Fingerprint): boolean {
  return isNamed(a) && a.sessionId === b.sessionId && a.agentId === b.agentId;
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
