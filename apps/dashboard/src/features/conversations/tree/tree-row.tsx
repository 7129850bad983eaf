import type { TreeNode } from '@nexus/contract';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { IconButton } from '../../../ui/button.tsx';
import { join } from '../../../ui/join.ts';
import { countOf } from '../../../words/format-count.ts';
import { RELATION_WORDS } from '../../../words/relation-words.ts';
import { CacheMark } from '../cache-mark.tsx';
import { LaneGraph } from './lane-graph.tsx';
import type { LaneRow } from './lay-out-lanes.ts';

interface TreeRowProps {
  readonly row: LaneRow<TreeNode>;
  readonly laneCount: number;
  /** Its distance from the top. */
  readonly startPx: number;
  /** Whether it is the request in view, and whether its branch is the one that is read. */
  readonly isShown: boolean;
  readonly isOnPath: boolean;
  readonly parent: TreeNode | undefined;
  readonly onPick: (node: TreeNode) => void;
  /** Null where it is not the first turn of a branch that can be folded. */
  readonly fold: { readonly isFolded: boolean; readonly onToggle: () => void } | null;
}

/** One turn: its piece of the lines, and what was said in it. */
export function TreeRow({ row, laneCount, startPx, isShown, isOnPath, parent, onPick, fold }: TreeRowProps) {
  return (
    <div
      className={join('absolute inset-x-0 top-0 flex h-8 items-center hover:bg-hover', isShown && 'bg-selected')}
      style={{ transform: `translateY(${startPx}px)` }}
    >
      <button
        type="button"
        title={toTooltip(row.node)}
        onClick={() => onPick(row.node)}
        className="flex h-8 min-w-0 grow items-center gap-2 pr-2 pl-3 text-left text-sm -outline-offset-2"
      >
        <LaneGraph row={row} laneCount={laneCount} />
        <RowWords row={row} isOnPath={isOnPath} parent={parent} />
      </button>
      {fold !== null && (
        <IconButton
          label={`${fold.isFolded ? 'Unfold' : 'Fold'} ${row.branch}`}
          className="mr-1 size-6!"
          onClick={fold.onToggle}
        >
          {fold.isFolded ? <ChevronRight aria-hidden /> : <ChevronDown aria-hidden />}
        </IconButton>
      )}
    </div>
  );
}

function RowWords({ row, isOnPath, parent }: Pick<TreeRowProps, 'row' | 'isOnPath' | 'parent'>) {
  const { node } = row;
  const { words, isAside } = toWords(node, parent);
  return (
    <>
      {row.beginsBranch && row.branch !== 'main' && (
        // Names of agents are short and told apart by their end; the others' by any part of their hash.
        <span className="max-w-24 shrink-0 truncate rounded border bg-surface px-1 font-mono text-2xs text-ink-2">
          {row.branch}
        </span>
      )}
      {node.relation === 'retries' && <span className="shrink-0 text-xs text-ink-3">Retry</span>}
      <span className={join('min-w-0 truncate', isOnPath ? 'text-ink' : 'text-ink-3', isAside && 'text-xs text-ink-3')}>
        {words}
      </span>
      <CacheMark uses={node.cache === null ? [] : [node.cache]} />
      {row.folded > 1 && <span className="ml-auto shrink-0 text-xs text-ink-3">{countOf(row.folded, 'turn')}</span>}
    </>
  );
}

/** What a turn is about; `isAside` where nobody said anything new in it. */
function toWords(node: TreeNode, parent: TreeNode | undefined): { readonly words: string; readonly isAside: boolean } {
  if (node.kind === 'compaction') return { words: 'Sums up what was said', isAside: true };
  const called = [...new Set(node.toolNames)].join(', ');
  // A turn that only brought tool results repeats the last words of the user; what it went on to call says more.
  const isRepeated = node.relation === 'continues' && parent?.preview === node.preview;
  if (isRepeated) return { words: called || 'Tool results', isAside: true };
  return { words: node.preview || called || 'No words', isAside: false };
}

function toTooltip(node: TreeNode): string {
  const words = node.preview.slice(0, 200);
  return `${words}${words === '' ? '' : '\n'}${RELATION_WORDS[node.relation].label}: ${node.linkBecause}`;
}
