import { isNameTaken, toBranchName, toLaunchOrder, toSubtaskName } from './branch-name.ts';
import { toConversationId } from './conversation-id.ts';
import { compareRequests, type Fingerprint } from './fingerprint.ts';
import { createLinkIndex } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Link, Placement } from './link.ts';
import type { Standing } from './name-branches.ts';
import { placeRequest } from './place-request.ts';

/** A stored request that the decision may depend on. */
export interface Candidate {
  readonly fingerprint: Fingerprint;
  readonly link: Link;
  /** The earliest turn that `continues` this one or another attempt at it, compaction calls aside; null where none does. */
  readonly continuedBy: Pick<Fingerprint, 'requestId' | 'startedAtMs'> | null;
}

/**
 * What becomes of a request that has just been recorded.
 * - `append`: the link is final and changes nobody else's.
 * - `relink`: the link is what it looks like from here; the graph of the families concerned must be mended to be sure.
 */
export type LinkDecision =
  | { readonly kind: 'append'; readonly link: Link }
  | { readonly kind: 'relink'; readonly link: Link; readonly because: string };

/** A branch that a conversation has. */
export interface KnownBranch {
  readonly name: string;
  /** `launchOrder` of the link that the branch begins with. */
  readonly launchOrder: string | null;
}

/** What one look-up found (`toLinkKeys`). */
export interface Known {
  readonly candidates: readonly Candidate[];
  /** All branches of a candidate's conversation; undefined where they were not loaded. Read only for a new branch. */
  readonly branchesOf: (conversationId: string) => readonly KnownBranch[] | undefined;
  readonly rules: LinkRules;
}

/**
 * Decides where a request belongs from what one look-up found. Candidates of other domains do not count. An `append` is
 * the link that `buildGraph` gives for the whole set; in doubt the answer is `relink`.
 */
export function decideLink(fingerprint: Fingerprint, { candidates, branchesOf, rules }: Known): LinkDecision {
  const mates = candidates.filter(({ fingerprint: { domain, requestId } }) => {
    return domain === fingerprint.domain && requestId !== fingerprint.requestId;
  });
  const earlier = mates
    .filter((mate) => compareRequests(mate.fingerprint, fingerprint) < 0)
    .sort((a, b) => compareRequests(a.fingerprint, b.fingerprint));
  const index = createLinkIndex();
  for (const { fingerprint: other, link, continuedBy } of earlier) {
    index.add({ fingerprint: other, placement: link }, { isContinued: continuedBy !== null });
  }
  const placement = placeRequest(fingerprint, { index, rules });
  const byId = new Map(earlier.map((mate) => [mate.fingerprint.requestId, mate]));
  const joined = joinedConversations({ fingerprint, placement, earlier });
  const conversationId = joined[0] ?? toConversationId(fingerprint, rules.digest);
  const branches = joined[0] === undefined ? [] : branchesOf(joined[0]);
  const context: Context = { fingerprint, placement, byId, branches: branches ?? [], rules };
  const link: Link = { ...placement, ...toStanding(context), requestId: fingerprint.requestId, conversationId };
  const doubts = [
    mates.length > earlier.length && 'a later request is recorded already',
    joined.length > 1 && 'it joins two conversations',
    isOvertaken(fingerprint, byId.get(placement.parentRequestId ?? '')) &&
      'a later turn goes on from its parent already',
    isNamedLike(context) && 'another branch has its name, which goes to the earliest',
    branches === undefined && beginsBranch(placement) && 'it begins a branch among others',
    isLaunchedBefore(link, branches ?? []) && 'it was launched before an agent that is numbered already',
    isBehindCompaction(link, byId) && 'it goes on from a compaction call',
  ];
  const doubt = doubts.find((words) => words !== false);
  return doubt === undefined ? { kind: 'append', link } : { kind: 'relink', link, because: doubt };
}

interface Context {
  readonly fingerprint: Fingerprint;
  readonly placement: Placement;
  readonly byId: ReadonlyMap<string, Candidate>;
  readonly branches: readonly KnownBranch[];
  readonly rules: LinkRules;
}

function toStanding({ fingerprint, placement, byId, branches, rules }: Context): Standing {
  const { relation } = placement;
  const parent = byId.get(placement.parentRequestId ?? '');
  const depth = (parent?.link.depth ?? 0) + 1;
  const first = findAttempt(placement.retryOf, byId)?.link;
  if (relation === 'attached') return { branch: null, depth: 0, launchOrder: null };
  if (relation === 'retries') return { branch: first?.branch ?? null, depth: first?.depth ?? depth, launchOrder: null };
  if (relation === 'continues') return { branch: parent?.link.branch ?? null, depth, launchOrder: null };
  if (relation === 'sub-agent') {
    const count = branches.filter(({ launchOrder }) => launchOrder !== null).length;
    const launcher = byId.get(placement.launchedBy?.requestId ?? '')?.fingerprint;
    return {
      branch: toSubtaskName(count + 1),
      depth,
      launchOrder: toLaunchOrder({ fingerprint, placement }, launcher),
    };
  }
  return {
    branch: toBranchName({ fingerprint, placement }, toNaming({ placement, byId, branches, rules })),
    depth,
    launchOrder: null,
  };
}

/** Any attempt at the turn: all of them stand alike, and the first may be too far back to be among the candidates. */
function findAttempt(turnId: string | null, byId: ReadonlyMap<string, Candidate>): Candidate | undefined {
  if (turnId === null) return undefined;
  return byId.get(turnId) ?? [...byId.values()].find(({ link }) => link.retryOf === turnId);
}

function toNaming({
  placement,
  byId,
  branches,
  rules,
}: Omit<Context, 'fingerprint'>): Parameters<typeof toBranchName>[1] {
  const parent = byId.get(placement.parentRequestId ?? '')?.fingerprint;
  return { parent, taken: new Set(branches.map(({ name }) => name)), digest: rules.digest };
}

function isNamedLike({ fingerprint, ...context }: Context): boolean {
  const { placement } = context;
  const isNamed = beginsBranch(placement) && placement.relation !== 'sub-agent';
  return isNamed && isNameTaken({ fingerprint, placement }, toNaming(context));
}

/** The conversations that the request belongs to, its parent's first. More than one must become one. */
function joinedConversations({
  fingerprint,
  placement,
  earlier,
}: Pick<Context, 'fingerprint' | 'placement'> & { readonly earlier: readonly Candidate[] }): string[] {
  const parents = new Set([placement.parentRequestId, placement.retryOf]);
  const byParent = earlier.filter(({ fingerprint: other }) => parents.has(other.requestId));
  const bySession = earlier.filter(
    ({ fingerprint: other }) => other.sessionId !== null && other.sessionId === fingerprint.sessionId,
  );
  return [...new Set([...byParent, ...bySession].map(({ link }) => link.conversationId))];
}

function isOvertaken(fingerprint: Fingerprint, parent: Candidate | undefined): boolean {
  const continuedBy = parent?.continuedBy ?? null;
  return continuedBy !== null && compareRequests(continuedBy, fingerprint) > 0;
}

function beginsBranch({ relation }: Placement): boolean {
  return relation !== 'continues' && relation !== 'retries' && relation !== 'attached';
}

function isLaunchedBefore({ launchOrder }: Link, branches: readonly KnownBranch[]): boolean {
  return (
    launchOrder !== null && branches.some((other) => other.launchOrder !== null && other.launchOrder > launchOrder)
  );
}

/** Such a turn takes the place of the compaction call on its branch, which only the whole graph can tell. */
function isBehindCompaction({ relation, parentRequestId }: Link, byId: ReadonlyMap<string, Candidate>): boolean {
  const parent = parentRequestId === null ? undefined : byId.get(parentRequestId);
  return (relation === 'continues' || relation === 'forks') && parent?.fingerprint.kind === 'compaction';
}
