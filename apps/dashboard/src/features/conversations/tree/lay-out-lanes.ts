import type { TreeNode } from '@nexus/contract';

export type LaneNode = Pick<TreeNode, 'requestId' | 'parentRequestId' | 'branch' | 'relation' | 'retryOf'>;

/** A line that leaves a turn for the lane of a branch that begins there. */
export interface Bend {
  readonly toLane: number;
  readonly relation: TreeNode['relation'];
}

/** One turn as the tree draws it: where its dot stands, and which lines pass, reach and leave it. */
export interface LaneRow<N extends LaneNode> {
  readonly node: N;
  readonly branch: string;
  readonly lane: number;
  /** Lanes of other branches that pass from the row above to the row below. */
  readonly through: readonly number[];
  /** Whether its own lane comes from above, and goes on below. */
  readonly comes: boolean;
  readonly goes: boolean;
  readonly bends: readonly Bend[];
  readonly beginsBranch: boolean;
  /** Turns that are folded into this one; 0 for a turn that stands for itself. */
  readonly folded: number;
}

export interface LaneLayout<N extends LaneNode> {
  readonly rows: readonly LaneRow<N>[];
  readonly laneCount: number;
}

interface Span {
  readonly branch: string;
  readonly relation: TreeNode['relation'];
  /** Row of the turn that it leaves from; its own first row where that is not on screen. */
  readonly from: number;
  readonly first: number;
  readonly parentBranch: string | null;
  last: number;
  lane: number;
}

/**
 * Places the turns of a conversation, given oldest first, in lanes as `git log --graph` does: a branch keeps one lane
 * from the turn it leaves to its last, right of its parent, and a lane is used again once it is free. A segment that goes on
 * from a summary stays in its parent's lane where that ended. What is no turn has no place.
 */
export function layOutLanes<N extends LaneNode>(nodes: readonly N[], folded: ReadonlySet<string>): LaneLayout<N> {
  const visible = foldBranches(nodes, folded);
  const spans = toSpans(visible);
  assignLanes(spans);
  const ordered = [...spans.values()];
  const rows = visible.map(({ node, branch, count }, row): LaneRow<N> => {
    const own = spans.get(branch);
    return {
      node,
      branch,
      lane: own?.lane ?? 0,
      through: ordered.filter((span) => span !== own && span.from < row && row < span.last).map((span) => span.lane),
      comes: own !== undefined && own.from < row,
      goes: own !== undefined && row < own.last,
      bends: ordered
        .filter((span) => span.from === row && span.first > row)
        .map((span) => ({ toLane: span.lane, relation: span.relation })),
      beginsBranch: own?.first === row,
      folded: count,
    };
  });
  return { rows, laneCount: ordered.reduce((most, span) => Math.max(most, span.lane + 1), 1) };
}

interface Visible<N> {
  readonly node: N;
  readonly branch: string;
  readonly count: number;
}

/** The turns that are drawn: of a folded branch the first alone, and nothing of what began within it. */
function foldBranches<N extends LaneNode>(nodes: readonly N[], folded: ReadonlySet<string>): readonly Visible<N>[] {
  const branchOf = new Map(nodes.map((node) => [node.requestId, node.branch]));
  const parents = new Map<string, string | null>();
  const holders = new Map<string, string | null>();
  const visible: Visible<N>[] = [];
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

function toSpans<N extends LaneNode>(visible: readonly Visible<N>[]): Map<string, Span> {
  const rowOf = new Map(visible.map(({ node }, row) => [node.requestId, row]));
  const spans = new Map<string, Span>();
  for (const [row, { node, branch }] of visible.entries()) {
    const known = spans.get(branch);
    if (known) {
      known.last = row;
      continue;
    }
    const parentRow = rowOf.get(node.parentRequestId ?? '');
    // A clock that ran behind may put a child above its parent: no line goes upwards.
    const from = parentRow === undefined || parentRow > row ? row : parentRow;
    const parentBranch = from === row ? null : (visible[from]?.branch ?? null);
    spans.set(branch, { branch, relation: node.relation, from, first: row, parentBranch, last: row, lane: 0 });
  }
  return spans;
}

function assignLanes(spans: ReadonlyMap<string, Span>): void {
  const busyUntil: number[] = [];
  const byStart = [...spans.values()].sort((a, b) => a.from - b.from || a.first - b.first);
  for (const span of byStart) {
    const parent = span.parentBranch === null ? undefined : spans.get(span.parentBranch);
    const goesOn = span.relation === 'compacts' && parent?.last === span.from && busyUntil[parent.lane] === span.from;
    span.lane = goesOn ? parent.lane : findFree(busyUntil, { lowest: (parent?.lane ?? -1) + 1, row: span.from });
    busyUntil[span.lane] = span.last;
  }
}

function findFree(busyUntil: readonly number[], from: { readonly lowest: number; readonly row: number }): number {
  let lane = from.lowest;
  while ((busyUntil[lane] ?? -1) >= from.row) lane += 1;
  return lane;
}
