import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { join } from '../../../ui/join.ts';
import type { LaneOrder } from './lay-out-lanes.ts';

const ORDERS: readonly (readonly [order: LaneOrder, words: string, about: string])[] = [
  ['time', 'By time', 'Oldest turn first, whatever its branch'],
  ['branch', 'By branch', 'Each branch in one piece, below the turn it left'],
];

interface TreeBarProps {
  readonly order: LaneOrder;
  readonly onOrder: (order: LaneOrder) => void;
  readonly foldableCount: number;
  readonly foldedCount: number;
  readonly onFold: (isFolded: boolean) => void;
}

/** How the tree is laid out, and all its branches folded or unfolded at once. */
export function TreeBar({ order, onOrder, foldableCount, foldedCount, onFold }: TreeBarProps) {
  const isAnyOpen = foldedCount < foldableCount;
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b px-2">
      <div role="group" aria-label="Order of the tree" className="flex">
        {ORDERS.map(([name, words, about]) => (
          <Button
            key={name}
            look="quiet"
            title={about}
            aria-pressed={order === name}
            onClick={() => onOrder(name)}
            className={join('h-7! px-2! text-xs!', order === name && 'bg-hover! text-ink!')}
          >
            {words}
          </Button>
        ))}
      </div>
      <Button
        look="quiet"
        className="ml-auto h-7! px-2! text-xs!"
        icon={isAnyOpen ? <ChevronsDownUp aria-hidden /> : <ChevronsUpDown aria-hidden />}
        title={`${isAnyOpen ? 'Fold' : 'Unfold'} all forks and agents (${foldableCount})`}
        onClick={() => onFold(isAnyOpen)}
      >
        {isAnyOpen ? 'Fold all' : 'Unfold all'}
      </Button>
    </div>
  );
}
