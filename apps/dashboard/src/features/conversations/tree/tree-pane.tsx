import type { TreeNode } from '@nexus/contract';
import { useMemo, useRef, useState } from 'react';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { ROW_PX, toGraphPx } from './lane-graph.tsx';
import { type LaneOrder, layOutLanes } from './lay-out-lanes.ts';
import { TreeBar } from './tree-bar.tsx';
import { TreeRow } from './tree-row.tsx';

/** A conversation with more requests than this opens with its agents and forks folded. */
const OPEN_MAX = 150;
/** More lines beside each other than a pane is wide: such a conversation opens in the order of its branches. */
const LANES_MAX = 10;
/** What the words of a row need at least; a tree that has no room for them is scrolled sideways. */
const WORDS_PX_MIN = 220;
const NONE: ReadonlySet<string> = new Set();

interface TreePaneProps {
  readonly nodes: readonly TreeNode[];
  /** True where the conversation has more requests than are here. */
  readonly isCut: boolean;
  /** The branch whose path is read, and the request in view. */
  readonly branch: string;
  readonly at: string | undefined;
  readonly onPick: (node: TreeNode) => void;
}

/** Every turn of a conversation in lanes, oldest at the top: forks, agents and compactions to the right of what they left. */
export function TreePane({ nodes, isCut, branch, at, onPick }: TreePaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const foldable = useMemo(() => findFoldable(nodes), [nodes]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => (nodes.length > OPEN_MAX ? foldable : NONE));
  const [wanted, setWanted] = useState<LaneOrder | null>(null);
  const byId = useMemo(() => new Map(nodes.map((node) => [node.requestId, node])), [nodes]);
  const byTime = useMemo(() => layOutLanes(nodes, { folded, order: 'time' }), [nodes, folded]);
  const order = wanted ?? (byTime.laneCount > LANES_MAX ? 'branch' : 'time');
  const { rows, laneCount } = useMemo(
    () => (order === 'time' ? byTime : layOutLanes(nodes, { folded, order })),
    [nodes, folded, order, byTime],
  );
  const first = rows.findIndex((row) => row.node.requestId === at);
  const virtual = useVirtualRows({ frame, count: rows.length, rowPx: ROW_PX, first: Math.max(0, first) });

  function toggle(name: string): void {
    setFolded(
      (before) => new Set(before.has(name) ? [...before].filter((other) => other !== name) : [...before, name]),
    );
  }

  return (
    <>
      {foldable.size > 0 && (
        <TreeBar
          order={order}
          onOrder={setWanted}
          foldableCount={foldable.size}
          foldedCount={foldable.intersection(folded).size}
          onFold={(isFolded) => setFolded(isFolded ? foldable : NONE)}
        />
      )}
      <div ref={frame} className="min-h-0 grow overflow-auto py-1" tabIndex={0} role="region" aria-label="Tree">
        <div className="relative" style={{ height: virtual.heightPx, minWidth: toGraphPx(laneCount) + WORDS_PX_MIN }}>
          {virtual.items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <TreeRow
                key={row.node.requestId}
                row={row}
                laneCount={laneCount}
                startPx={start}
                isShown={row.node.requestId === at}
                isOnPath={row.branch === branch}
                parent={byId.get(row.node.parentRequestId ?? '')}
                onPick={onPick}
                fold={
                  row.beginsBranch && foldable.has(row.branch)
                    ? { isFolded: folded.has(row.branch), onToggle: () => toggle(row.branch) }
                    : null
                }
              />
            );
          })}
        </div>
        {isCut && <p className="px-4 py-3 text-xs text-warn">The latest requests are missing: a tree holds no more.</p>}
      </div>
    </>
  );
}

/**
 * Forks and agents of more than one turn, or with something in them. What goes on from a summary is part of what it sums
 * up, and never folded.
 */
function findFoldable(nodes: readonly TreeNode[]): ReadonlySet<string> {
  const branchOf = new Map(nodes.map(({ requestId, branch }) => [requestId, branch]));
  const grown = new Set(
    nodes.flatMap(({ parentRequestId, relation }) =>
      relation === 'attached' ? [] : (branchOf.get(parentRequestId ?? '') ?? []),
    ),
  );
  const leaving = nodes.filter(({ relation }) => relation === 'sub-agent' || relation === 'forks');
  return new Set(leaving.flatMap(({ branch }) => (branch !== null && grown.has(branch) ? branch : [])));
}
