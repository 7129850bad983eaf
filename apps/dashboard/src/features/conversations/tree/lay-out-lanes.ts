import type { TreeNode } from '@nexus/contract';
import { foldBranches, type LaneNode, orderByBranch, type VisibleTurn } from './order-turns.ts';

/** A line that leaves a lane for that of a branch that begins below. */
export interface Bend {
  readonly fromLane: number;
  readonly toLane: number;
  readonly relation: TreeNode['relation'];
}

/** One turn as the tree draws it: where its dot stands, and which lines pass, reach and leave its row. */
export interface LaneRow<N extends LaneNode> {
  readonly node: N;
  readonly branch: string;
  readonly lane: number;
  /** Lanes of other branches that pass from the row above to the row below. */
  readonly through: readonly number[];
  /** Lanes of other branches that come from above and go no further than the middle, where another leaves them. */
  readonly ends: readonly number[];
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

/** `time`: the oldest turn first, whatever its branch. `branch`: each branch in one piece, below the turn it left. */
export type LaneOrder = 'time' | 'branch';

export interface LaneOptions {
  /** Branches that are drawn as one row. */
  readonly folded: ReadonlySet<string>;
  readonly order: LaneOrder;
}

interface Span {
  readonly branch: string;
  readonly relation: TreeNode['relation'];
  /** The row in which its line leaves its parent's; its own first row where the parent is not on screen. */
  readonly from: number;
  readonly first: number;
  readonly parent: Span | null;
  /** The last row that its line reaches: its last turn, or where a later branch leaves it. */
  last: number;
  lane: number;
}

/**
 * Places the turns of a conversation, given oldest first, in lanes as `git log --graph` does: a branch keeps one lane
 * to its last turn, right of its parent, and a lane is used again once it is free. By branch there are as many lanes as
 * branches lie within one another, however many there are. A segment that goes on from a summary stays in its parent's
 * lane where that ended. What is no turn has no place.
 */
export function layOutLanes<N extends LaneNode>(nodes: readonly N[], { folded, order }: LaneOptions): LaneLayout<N> {
  const open = foldBranches(nodes, folded);
  const visible = order === 'branch' ? orderByBranch(open) : open;
  const spans = toSpans(visible, order);
  assignLanes(spans, order);
  const ordered = [...spans.values()];
  const rows = visible.map(({ node, branch, count }, row): LaneRow<N> => {
    const own = spans.get(branch);
    const others = ordered.filter((span) => span !== own && span.from < row);
    return {
      node,
      branch,
      lane: own?.lane ?? 0,
      through: others.filter((span) => row < span.last).map(({ lane }) => lane),
      ends: others.filter((span) => row === span.last).map(({ lane }) => lane),
      comes: own !== undefined && own.from < row,
      goes: own !== undefined && row < own.last,
      bends: ordered
        .filter((span) => span.from === row && span.first > row)
        .map((span) => ({ fromLane: span.parent?.lane ?? 0, toLane: span.lane, relation: span.relation })),
      beginsBranch: own?.first === row,
      folded: count,
    };
  });
  return { rows, laneCount: ordered.reduce((most, span) => Math.max(most, span.lane + 1), 1) };
}

function toSpans<N extends LaneNode>(visible: readonly VisibleTurn<N>[], order: LaneOrder): Map<string, Span> {
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
    const isBelow = parentRow !== undefined && parentRow < row;
    const parent = isBelow ? (spans.get(visible[parentRow]?.branch ?? '') ?? null) : null;
    // By branch, all between a turn and the next one of its branch left from that turn: the line leaves just above.
    const from = parent === null ? row : order === 'branch' ? row - 1 : (parentRow ?? row);
    if (parent !== null) parent.last = Math.max(parent.last, from);
    spans.set(branch, { branch, relation: node.relation, from, first: row, parent, last: row, lane: 0 });
  }
  return spans;
}

function assignLanes(spans: ReadonlyMap<string, Span>, order: LaneOrder): void {
  const busyUntil: number[] = [];
  const byStart = [...spans.values()].sort((a, b) => a.from - b.from || a.first - b.first);
  for (const span of byStart) {
    const { parent } = span;
    const goesOn = span.relation === 'compacts' && parent?.last === span.from && busyUntil[parent.lane] === span.from;
    span.lane = goesOn ? parent.lane : findFree(busyUntil, { lowest: (parent?.lane ?? -1) + 1, row: span.from, order });
    busyUntil[span.lane] = span.last;
  }
}

/** By branch, a line that leaves a lane in the row where another ends in it does not meet it: that one ended above. */
function findFree(
  busyUntil: readonly number[],
  from: { readonly lowest: number; readonly row: number; readonly order: LaneOrder },
): number {
  const isFree = (lane: number): boolean => {
    const until = busyUntil[lane] ?? -1;
    return from.order === 'branch' ? until <= from.row : until < from.row;
  };
  let lane = from.lowest;
  while (!isFree(lane)) lane += 1;
  return lane;
}
