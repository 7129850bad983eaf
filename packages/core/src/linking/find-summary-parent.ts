import type { Fingerprint } from './fingerprint.ts';
import { isSameAgent } from './find-prefix-parent.ts';
import type { LinkIndex, Placed } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Placement } from './link.ts';

type SummaryLink = Pick<Placement, 'parentRequestId' | 'linkSource' | 'because'>;

/**
 * The turn whose answer is the summary that a request goes on from: the longest probe in common, of the same session
 * first, then the latest. A request that says it goes on, but whose summary nobody wrote as far as we saw, follows the
 * latest compaction of its session, else its latest turn. Null for all others.
 */
export function findSummaryParent(
  fingerprint: Fingerprint,
  { index, rules }: { readonly index: LinkIndex; readonly rules: LinkRules },
): SummaryLink | null {
  for (const probe of fingerprint.summariesRead) {
    const writers = index
      .summariesWith(probe)
      .filter(({ fingerprint: writer }) => fingerprint.startedAtMs - writer.endedAtMs <= rules.summaryWindowMs);
    const parent = writers.findLast((writer) => isSameAgent(writer.fingerprint, fingerprint)) ?? writers.at(-1);
    if (parent !== undefined) {
      return toLink(parent, { linkSource: 'summary', because: 'goes on from the summary that its parent wrote' });
    }
  }
  return fingerprint.continues ? findInSession(fingerprint, index) : null;
}

function findInSession({ sessionId, sessionSource, agentId }: Fingerprint, index: LinkIndex): SummaryLink | null {
  if (sessionId === null || sessionSource === null) return null;
  const turns = index.turnsOf(sessionId, agentId);
  const parent = turns.findLast(({ fingerprint }) => fingerprint.kind === 'compaction') ?? turns.at(-1);
  if (parent === undefined) return null;
  return toLink(parent, { linkSource: sessionSource, because: 'goes on from a summary within its session' });
}

function toLink({ fingerprint }: Placed, rest: Pick<SummaryLink, 'linkSource' | 'because'>): SummaryLink {
  return { parentRequestId: fingerprint.requestId, ...rest };
}
