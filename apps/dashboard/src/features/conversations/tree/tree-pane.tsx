import type { TreeNode } from '@nexus/contract';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { join } from '../../../ui/join.ts';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { countOf } from '../../../words/format-count.ts';
import { RELATION_WORDS } from '../../../words/relation-words.ts';
import { LaneGraph, ROW_PX } from './lane-graph.tsx';
import { type LaneRow, layOutLanes } from './lay-out-lanes.ts';

/** A conversation with more requests than this opens with its agents folded. */
const OPEN_MAX = 150;

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
  const agents = useMemo(() => findAgents(nodes), [nodes]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => (nodes.length > OPEN_MAX ? agents : new Set()));
  const byId = useMemo(() => new Map(nodes.map((node) => [node.requestId, node])), [nodes]);
  const { rows, laneCount } = useMemo(() => layOutLanes(nodes, folded), [nodes, folded]);
  const first = rows.findIndex((row) => row.node.requestId === at);
  const virtual = useVirtualRows({ frame, count: rows.length, rowPx: ROW_PX, first: Math.max(0, first) });

  function toggle(name: string): void {
    setFolded(
      (before) => new Set(before.has(name) ? [...before].filter((other) => other !== name) : [...before, name]),
    );
  }

  return (
    <div ref={frame} className="min-h-0 grow overflow-auto py-1" tabIndex={0} role="region" aria-label="Tree">
      <div className="relative" style={{ height: virtual.heightPx }}>
        {virtual.items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const canFold = row.beginsBranch && agents.has(row.branch);
          return (
            <div
              key={row.node.requestId}
              className={join(
                'absolute inset-x-0 top-0 flex h-8 items-center hover:bg-hover',
                row.node.requestId === at && 'bg-selected',
              )}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                title={toTooltip(row.node)}
                onClick={() => onPick(row.node)}
                className="flex h-8 min-w-0 grow items-center gap-2 pr-2 pl-3 text-left text-sm -outline-offset-2"
              >
                <LaneGraph row={row} laneCount={laneCount} />
                <RowWords
                  row={row}
                  isOnPath={row.branch === branch}
                  parent={byId.get(row.node.parentRequestId ?? '')}
                />
              </button>
              {canFold && (
                <IconButton
                  label={folded.has(row.branch) ? `Unfold ${row.branch}` : `Fold ${row.branch}`}
                  className="mr-1 size-6!"
                  onClick={() => toggle(row.branch)}
                >
                  {folded.has(row.branch) ? <ChevronRight aria-hidden /> : <ChevronDown aria-hidden />}
                </IconButton>
              )}
            </div>
          );
        })}
      </div>
      {isCut && <p className="px-4 py-3 text-xs text-warn">The latest requests are missing: a tree holds no more.</p>}
    </div>
  );
}

interface RowWordsProps {
  readonly row: LaneRow<TreeNode>;
  readonly isOnPath: boolean;
  readonly parent: TreeNode | undefined;
}

function RowWords({ row, isOnPath, parent }: RowWordsProps) {
  const { node } = row;
  // A turn that only brought tool results repeats the last words of the user; what it went on to call says more.
  const isRepeated = node.relation === 'continues' && parent?.preview === node.preview;
  const called = node.toolNames.join(', ');
  const words = isRepeated ? called || 'Tool results' : node.preview || called || 'No words';
  return (
    <>
      {row.beginsBranch && row.branch !== 'main' && (
        <span className="shrink-0 rounded border bg-surface px-1 font-mono text-2xs text-ink-2">{row.branch}</span>
      )}
      {node.relation === 'retries' && <span className="shrink-0 text-xs text-ink-3">Retry</span>}
      <span
        className={join('min-w-0 truncate', isOnPath ? 'text-ink' : 'text-ink-3', isRepeated && 'text-xs text-ink-3')}
      >
        {words}
      </span>
      {row.folded > 1 && <span className="ml-auto shrink-0 text-xs text-ink-3">{countOf(row.folded, 'turn')}</span>}
    </>
  );
}

function toTooltip(node: TreeNode): string {
  const words = node.preview.slice(0, 200);
  return `${words}${words === '' ? '' : '\n'}${RELATION_WORDS[node.relation].label}: ${node.linkBecause}`;
}

function findAgents(nodes: readonly TreeNode[]): ReadonlySet<string> {
  return new Set(nodes.flatMap((node) => (node.relation === 'sub-agent' ? (node.branch ?? []) : [])));
}
