import type { Digest } from '@nexus/anthropic';
import { toBranchName, toLaunchOrder, toSubtaskName } from './branch-name.ts';
import { isTurn, type Placed } from './link-index.ts';
import type { Link } from './link.ts';

/** Where a turn stands in its conversation. */
export type Standing = Pick<Link, 'branch' | 'depth' | 'launchOrder'>;

/** What names are given with. */
interface Naming {
  readonly digest: Digest;
  readonly byId: ReadonlyMap<string, Placed>;
  readonly subtasks: ReadonlyMap<string, Subtask>;
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
  if (placement.retryOf !== null) {
    return { ...(naming.standings.get(placement.retryOf) ?? ATTACHED), launchOrder: null };
  }
  const parent = placement.parentRequestId === null ? undefined : naming.standings.get(placement.parentRequestId);
  const depth = (parent?.depth ?? 0) + 1;
  if (placement.relation === 'continues' && parent !== undefined)
    return { branch: parent.branch, depth, launchOrder: null };
  const subtask = naming.subtasks.get(fingerprint.requestId);
  if (subtask !== undefined) return { branch: subtask.name, depth, launchOrder: subtask.launchOrder };
  const { byId, taken, digest } = naming;
  const owner = placement.parentRequestId === null ? undefined : byId.get(placement.parentRequestId)?.fingerprint;
  const branch = toBranchName(member, { parent: owner, taken, digest });
  taken.add(branch);
  return { branch, depth, launchOrder: null };
}

const ATTACHED: Standing = { branch: null, depth: 0, launchOrder: null };

interface Subtask {
  readonly name: string;
  readonly launchOrder: string;
}

/** `subtask_1, 2, 3…` without gaps, in the order of the launching calls. */
function numberSubtasks(members: readonly Placed[], byId: ReadonlyMap<string, Placed>): ReadonlyMap<string, Subtask> {
  const agents = members
    .filter(({ fingerprint, placement }) => isTurn(fingerprint) && placement.relation === 'sub-agent')
    .map((member) => {
      const { launchedBy } = member.placement;
      const launcher = launchedBy === null ? undefined : byId.get(launchedBy.requestId)?.fingerprint;
      return { requestId: member.fingerprint.requestId, launchOrder: toLaunchOrder(member, launcher) };
    })
    .sort((a, b) => (a.launchOrder < b.launchOrder ? -1 : 1));
  return new Map(
    agents.map(({ requestId, launchOrder }, at) => [requestId, { name: toSubtaskName(at + 1), launchOrder }]),
  );
}
