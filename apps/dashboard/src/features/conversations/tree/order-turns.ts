import type { TreeNode } from '@nexus/contract';

export type LaneNode = Pick<TreeNode, 'requestId' | 'parentRequestId' | 'branch' | 'relation' | 'retryOf'>;

/** A turn that is drawn. */
export interface VisibleTurn<N extends LaneNode> {
  readonly node: N;
  readonly branch: string;
  /** Turns that it stands for; 0 where only for itself. */
  readonly count: number;
}

/** The turns that are drawn: of a folded branch the first alone, and nothing of what began within it. */
export function foldBranches<N extends LaneNode>(
  nodes: readonly N[],
  folded: ReadonlySet<string>,
): readonly VisibleTurn<N>[] {
  const branchOf = new Map(nodes.map((node) => [node.requestId, node.branch]));
  const parents = new Map<string, string | null>();
  const holders = new Map<string, string | null>();
  const visible: VisibleTurn<N>[] = [];
  const places = new Map<string, number>();

  function findHolder(branch: string): string | null {
    const known = holders.get(branch);
    if (known !== undefined) return known;
    // Set first, so that a circle of parents, which no sound graph has, still ends.
    holders.set(branch, folded.has(branch) ? branch : null);
    const parent = parents.get(branch) ?? null;
    const above = parent === null ? null : findHolder(parent);
    const holder = above ?? (folded.has(branch) ? branch : null);
    holders.set(branch, holder);
    return holder;
  }

  for (const node of nodes) {
    const { branch } = node;
    if (branch === null) continue;
    if (!parents.has(branch)) parents.set(branch, branchOf.get(node.parentRequestId ?? '') ?? null);
    const holder = findHolder(branch);
    const place = holder === null ? undefined : places.get(holder);
    const before = place === undefined ? undefined : visible[place];
    if (place !== undefined && before !== undefined) {
      visible[place] = { ...before, count: before.count + 1 };
      continue;
    }
    if (holder !== null) places.set(holder, visible.length);
    visible.push({ node, branch, count: holder === null ? 0 : 1 });
  }
  return visible;
}

/**
 * The same turns with every branch in one piece: below the turn that it left, and what goes on from a summary last, since
 * it takes the place of what it summed up.
 */
export function orderByBranch<N extends LaneNode>(turns: readonly VisibleTurn<N>[]): readonly VisibleTurn<N>[] {
  const branchOf = new Map(turns.map(({ node, branch }) => [node.requestId, branch]));
  const branches = Map.groupBy(turns, ({ branch }) => branch);
  const leaving = new Map<string, string[]>();
  const roots: string[] = [];
  const seenAt = new Map(turns.map(({ node }, at) => [node.requestId, at]));
  for (const [branch, [first]] of branches) {
    const parentId = first?.node.parentRequestId ?? '';
    const isBelow = (seenAt.get(parentId) ?? Infinity) < (seenAt.get(first?.node.requestId ?? '') ?? 0);
    if (!isBelow || branchOf.get(parentId) === branch) roots.push(branch);
    else leaving.set(parentId, [...(leaving.get(parentId) ?? []), branch]);
  }
  const ordered: VisibleTurn<N>[] = [];
  // A stack rather than a function that calls itself: branches may lie within branches by the thousand.
  const toCome: VisibleTurn<N>[] = [];
  const push = (names: readonly string[]): void => {
    for (const name of names.toReversed()) toCome.push(...(branches.get(name) ?? []).toReversed());
  };
  push(roots);
  for (let turn = toCome.pop(); turn !== undefined; turn = toCome.pop()) {
    ordered.push(turn);
    const names = leaving.get(turn.node.requestId) ?? [];
    const isSummed = (name: string): boolean => branches.get(name)?.[0]?.node.relation === 'compacts';
    push([...names.filter((name) => !isSummed(name)), ...names.filter(isSummed)]);
  }
  return ordered;
}
