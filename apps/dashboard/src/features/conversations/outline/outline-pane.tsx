import { Link } from '@tanstack/react-router';
import { BellDot, Bot, CircleAlert, FoldVertical } from 'lucide-react';
import { useRef } from 'react';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { countOf } from '../../../words/format-count.ts';
import { formatDuration } from '../../../words/format-duration.ts';
import { CacheMark } from '../cache-mark.tsx';
import type { OutlineItem } from './to-outline.ts';

const ROW_PX = 36;
const ROW = 'flex h-9 w-full items-center gap-2 px-4 text-left text-sm hover:bg-hover -outline-offset-2';

interface OutlinePaneProps {
  readonly items: readonly OutlineItem[];
  readonly onShow: (row: number) => void;
}

/** What was asked, in order: press one and the transcript goes there. */
export function OutlinePane({ items, onShow }: OutlinePaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows({ frame, count: items.length, rowPx: ROW_PX });
  return (
    <div ref={frame} className="min-h-0 grow overflow-y-auto py-1" tabIndex={0} role="region" aria-label="Outline">
      <div className="relative" style={{ height: virtual.heightPx }}>
        {virtual.items.map(({ index, start }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <div key={item.key} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${start}px)` }}>
              <OutlineLine item={item} onShow={onShow} />
            </div>
          );
        })}
      </div>
      {items.length === 0 && <p className="px-4 py-6 text-sm text-ink-3">Nobody asked anything on this branch.</p>}
    </div>
  );
}

function OutlineLine({ item, onShow }: { readonly item: OutlineItem; readonly onShow: (row: number) => void }) {
  switch (item.type) {
    case 'prompt':
      return (
        <button type="button" className={ROW} title={item.words} onClick={() => onShow(item.row)}>
          {item.failed && <CircleAlert aria-label="Something went wrong" className="size-3.5 shrink-0 text-bad" />}
          <span className="min-w-0 grow truncate">{item.words}</span>
          <CacheMark uses={item.cache} />
          {item.durationMs > 0 && (
            <span className="shrink-0 text-xs text-ink-3">{formatDuration(item.durationMs)}</span>
          )}
        </button>
      );
    case 'compaction':
    case 'summary':
      return (
        <button type="button" className={`${ROW} text-xs text-ink-3`} onClick={() => onShow(item.row)}>
          <FoldVertical aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">
            {item.type === 'summary' ? 'Goes on from a summary' : 'Claude sums up what was said'}
          </span>
          {item.type === 'summary' && <span aria-hidden className="h-px grow bg-line-strong" />}
        </button>
      );
    case 'news':
      return (
        <button
          type="button"
          className={`${ROW} pl-8 text-xs text-ink-3`}
          title={item.words}
          onClick={() => onShow(item.row)}
        >
          <BellDot aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{item.words}</span>
        </button>
      );
    case 'agent':
      return (
        <Link
          to="."
          search={(place) => ({ ...place, branch: item.branch.branch, at: undefined })}
          title={item.words}
          className={`${ROW} pl-8 text-ink-2`}
        >
          <Bot aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <span className="shrink-0 rounded border bg-surface px-1 font-mono text-2xs">{item.branch.branch}</span>
          <span className="min-w-0 grow truncate">{item.words}</span>
          <span className="shrink-0 text-xs text-ink-3">{countOf(item.branch.turnCount, 'turn')}</span>
        </Link>
      );
    default:
      return item satisfies never;
  }
}
