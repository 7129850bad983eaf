import { type ConversationBlock, type Digest, type LinkHash, type NormalisedBlock, toLinkHash } from '@nexus/anthropic';

/** One place in a conversation at which a request may have ended: behind a block that a user wrote. */
export interface ChainStep {
  /** The rolling hash of everything up to here. */
  readonly end: LinkHash;
  /** The same with the answer that follows; null where another block of the user follows, or nothing. */
  readonly answered: LinkHash | null;
}

/** The rolling hashes of a request's conversation. */
export interface Chain {
  /** Hash of everything up to the last block a user wrote: the `end` of the last step. What follows begins the answer. */
  readonly end: LinkHash;
  /** Hash of everything, with what the client began of the answer; equals `end` where it began nothing. */
  readonly tail: LinkHash;
  /** Hash of the first block alone: what all requests of one beginning share. */
  readonly opening: LinkHash;
  /** Blocks up to `end`. */
  readonly length: number;
  /** True where no answer is in it, so that other conversations may begin with the very same. */
  readonly isOpening: boolean;
  /** The last `CHAIN_STEPS_MAX` steps, in order; the last is the request's own end. */
  readonly steps: readonly ChainStep[];
}

/**
 * A parent whose end lies more steps back is not found. A client appends a few blocks a request and a fork is seen when
 * its first request ends one step behind its parent, so only many lost records in a row reach the bound; then the
 * session, if there is one, still joins the request to its conversation.
 */
export const CHAIN_STEPS_MAX = 256;

const START: LinkHash = '';

/** The chain of a conversation's blocks; null where a user wrote none of them. Linear; one digest a block. */
export function toChain(blocks: readonly ConversationBlock[], digest: Digest): Chain | null {
  const steps: ChainStep[] = [];
  let hash = START;
  let opening = START;
  for (const [index, { role, hash: block }] of blocks.entries()) {
    hash = toLinkHash(digest, [hash, role, block]);
    if (index === 0) opening = hash;
    if (role === 'user') {
      steps.push({ end: hash, answered: null });
    } else {
      const step = steps.at(-1);
      if (step !== undefined) steps[steps.length - 1] = { end: step.end, answered: hash };
    }
    if (steps.length >= CHAIN_STEPS_MAX * 2) steps.splice(0, CHAIN_STEPS_MAX);
  }
  const last = steps.at(-1);
  if (last === undefined) return null;
  const length = blocks.findLastIndex(({ role }) => role === 'user') + 1;
  return {
    end: last.end,
    tail: hash,
    opening,
    length,
    isOpening: blocks.slice(0, length).every(({ role }) => role === 'user'),
    steps: [...steps.slice(-CHAIN_STEPS_MAX, -1), { end: last.end, answered: null }],
  };
}

/** The hash that a conversation has once `answer` stands behind it; null for an answer of which nothing counts. */
export function toAnswerEnd(
  { tail }: Chain,
  { answer, digest }: { readonly answer: readonly NormalisedBlock[]; readonly digest: Digest },
): LinkHash | null {
  if (answer.length === 0) return null;
  return answer.reduce((hash, block) => toLinkHash(digest, [hash, 'assistant', block.hash]), tail);
}
