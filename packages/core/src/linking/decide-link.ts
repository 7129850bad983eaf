import { toConversationId } from './conversation-id.ts';
import { compareRequests, type Fingerprint } from './fingerprint.ts';
import { createLinkIndex, isTurn } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Link, Placement } from './link.ts';
import { MAIN } from './name-branches.ts';
import { placeRequest } from './place-request.ts';

/** A stored request that the decision may depend on. */
export interface Candidate {
  readonly fingerprint: Fingerprint;
  readonly link: Link;
  /** Whether some turn that is no compaction call `continues` this one, or a retry of it. */
  readonly isContinued: boolean;
}

/**
 * What becomes of a request that has just been recorded.
 * - `append`: the link is final and changes nobody else's.
 * - `relink`: the link is what it looks like from here; the graph of the families concerned must be mended to be sure.
 */
export type LinkDecision =
  | { readonly kind: 'append'; readonly link: Link }
  | { readonly kind: 'relink'; readonly link: Link; readonly because: string };

/**
 * Decides where a request belongs from what one look-up found (`toLinkKeys`). Candidates of other domains do not count.
 * An `append` is the link that `buildGraph` gives for the whole set; in doubt the answer is `relink`.
 */
export function decideLink(
  fingerprint: Fingerprint,
  { candidates, rules }: { readonly candidates: readonly Candidate[]; readonly rules: LinkRules },
): LinkDecision {
  const known = candidates
    .filter(
      ({ fingerprint: other }) => other.domain === fingerprint.domain && other.requestId !== fingerprint.requestId,
    )
    .sort((a, b) => compareRequests(a.fingerprint, b.fingerprint));
  const earlier = known.filter((candidate) => compareRequests(candidate.fingerprint, fingerprint) < 0);
  const index = createLinkIndex();
  for (const { fingerprint: other, link, isContinued } of earlier) {
    index.add({ fingerprint: other, placement: link }, { isContinued });
  }
  const placement = placeRequest(fingerprint, { index, rules });
  const context: Context = { fingerprint, placement, earlier, rules };
  const link = toLink(context);
  const doubt = known.length > earlier.length ? 'a later request is recorded already' : findDoubt(context);
  return doubt === null ? { kind: 'append', link } : { kind: 'relink', link, because: doubt };
}

interface Context {
  readonly fingerprint: Fingerprint;
  readonly placement: Placement;
  readonly earlier: readonly Candidate[];
  readonly rules: LinkRules;
}

function toLink({ fingerprint, placement, earlier, rules }: Context): Link {
  const joined = joinedConversations({ fingerprint, placement, earlier, rules });
  const parent = earlier.find(({ fingerprint: other }) => other.requestId === placement.parentRequestId)?.link;
  const first = earlier.find(({ fingerprint: other }) => other.requestId === placement.retryOf)?.link;
  const isAttached = placement.relation === 'attached';
  const depth = (parent?.depth ?? 0) + 1;
  return {
    ...placement,
    requestId: fingerprint.requestId,
    conversationId: joined[0] ?? toConversationId(fingerprint, rules.digest),
    branch: isAttached ? null : (first?.branch ?? (placement.relation === 'continues' ? parent?.branch : null) ?? MAIN),
    depth: isAttached ? 0 : (first?.depth ?? depth),
  };
}

/** The conversations that the request belongs to, its parent's first. More than one must become one. */
function joinedConversations({ fingerprint, placement, earlier }: Context): string[] {
  const parents = new Set([placement.parentRequestId, placement.retryOf]);
  const byParent = earlier.filter(({ fingerprint: other }) => parents.has(other.requestId));
  const bySession = earlier.filter(
    ({ fingerprint: other }) => other.sessionId !== null && other.sessionId === fingerprint.sessionId,
  );
  return [...new Set([...byParent, ...bySession].map(({ link }) => link.conversationId))];
}

/** Why the link may not be final, or may change others'; null where it cannot. */
function findDoubt(context: Context): string | null {
  const { fingerprint, placement, earlier } = context;
  if (joinedConversations(context).length > 1) return 'it joins two conversations';
  switch (placement.relation) {
    case 'forks':
    case 'compacts':
    case 'sub-agent':
      return 'its branch is named among those of its conversation';
    case 'root': {
      const hasTurns = earlier.some(
        ({ fingerprint: other }) =>
          isTurn(other) && other.sessionId !== null && other.sessionId === fingerprint.sessionId,
      );
      return hasTurns ? 'it begins anew in a session that has turns' : null;
    }
    case 'continues': {
      const parent = earlier.find(({ fingerprint: other }) => other.requestId === placement.parentRequestId);
      return parent?.fingerprint.kind === 'compaction' ? 'it goes on from a compaction call' : null;
    }
    case 'retries':
    case 'attached':
      return null;
    default:
      return placement.relation satisfies never;
  }
}
