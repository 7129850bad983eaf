import { type Digest, type LinkHash, toLinkHash } from '@nexus/anthropic';
import { compareRequests, type Fingerprint } from './fingerprint.ts';
import { isTurn, type Placed } from './link-index.ts';

/** Where a turn stands in its conversation. */
export interface Standing {
  readonly branch: string | null;
  readonly depth: number;
}

/** What names are given with. */
interface Naming {
  readonly digest: Digest;
  readonly byId: ReadonlyMap<string, Placed>;
  readonly subtasks: ReadonlyMap<string, string>;
  readonly standings: Map<string, Standing>;
  readonly taken: Set<string>;
}

/**
 * The branch and depth of every member of one conversation (in order), by request id. A fork is named after what
 * diverged and who sent it, so that everybody who sees it gives it the same name; sub-agents are numbered in the order
 * of the calls that launched them.
 */
export function nameBranches(members: readonly Placed[], digest: Digest): ReadonlyMap<string, Standing> {
  const byId = new Map(members.map((member) => [member.fingerprint.requestId, member]));
  const naming = {
    digest,
    byId,
    subtasks: numberSubtasks(members, byId),
    standings: new Map(),
    taken: new Set<string>(),
  };
  for (const member of members) naming.standings.set(member.fingerprint.requestId, toStanding(member, naming));
  return naming.standings;
}

function toStanding(member: Placed, naming: Naming): Standing {
  const { fingerprint, placement } = member;
  if (placement.relation === 'attached') return ATTACHED;
  if (placement.retryOf !== null) return naming.standings.get(placement.retryOf) ?? ATTACHED;
  const parent = placement.parentRequestId === null ? undefined : naming.standings.get(placement.parentRequestId);
  const depth = (parent?.depth ?? 0) + 1;
  if (placement.relation === 'continues' && parent !== undefined) return { branch: parent.branch, depth };
  if (placement.relation === 'sub-agent') {
    return { branch: naming.subtasks.get(fingerprint.requestId) ?? null, depth };
  }
  const isMain = placement.relation === 'root' && !naming.taken.has(MAIN);
  const branch = isMain ? MAIN : toName(member, naming);
  naming.taken.add(branch);
  return { branch, depth };
}

const ATTACHED: Standing = { branch: null, depth: 0 };
export const MAIN = 'main';

/** Digits of a name's hash: 40 bits, so that not even a thousand branches of a conversation meet by chance. */
const NAME_DIGITS = 10;

/** The first of three names that no earlier branch of the conversation has; the last is nobody else's. */
function toName({ fingerprint, placement }: Placed, { byId, digest, taken }: Naming): string {
  const prefix = placement.relation === 'compacts' ? 'compact_' : 'branch_';
  const parent = placement.parentRequestId === null ? undefined : byId.get(placement.parentRequestId);
  const caller = [fingerprint.sessionId ?? '', fingerprint.agentId ?? ''];
  const end = fingerprint.chain?.end ?? '';
  const names = [
    [toDivergence(fingerprint, parent?.fingerprint), ...caller],
    [end, ...caller],
    [end, ...caller, fingerprint.requestId],
  ].map((parts) => prefix + toLinkHash(digest, ['branch', ...parts]).slice(0, NAME_DIGITS));
  return names.find((name) => !taken.has(name)) ?? `${prefix}${fingerprint.requestId}`;
}

/**
 * The end of the first block that the parent does not have. A record that was lost between the two may come later
 * and become the first of the branch: the name stays.
 */
function toDivergence({ chain }: Fingerprint, parent: Fingerprint | undefined): LinkHash {
  if (chain === null) return '';
  const at = chain.steps.findIndex(({ end }) => end === parent?.chain?.end);
  return at === -1 ? chain.opening : (chain.steps[at + 1]?.end ?? chain.end);
}

/** `subtask_1, 2, 3…` without gaps, in the order of the launching calls; agents whose call was not seen by their own start. */
function numberSubtasks(members: readonly Placed[], byId: ReadonlyMap<string, Placed>): ReadonlyMap<string, string> {
  const agents = members
    .filter(({ fingerprint, placement }) => isTurn(fingerprint) && placement.relation === 'sub-agent')
    .map((member) => {
      const launcher = member.placement.launchedBy;
      const owner = launcher === null ? undefined : byId.get(launcher.requestId);
      return {
        own: member.fingerprint,
        launch: owner?.fingerprint ?? member.fingerprint,
        index: launcher?.index ?? -1,
      };
    })
    .sort((a, b) => compareRequests(a.launch, b.launch) || a.index - b.index || compareRequests(a.own, b.own));
  return new Map(agents.map(({ own }, at) => [own.requestId, `subtask_${at + 1}`]));
}
