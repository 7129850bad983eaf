import type { TreeNode } from '@nexus/contract';
import { FoldVertical } from 'lucide-react';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useMeasuredRows } from '../../../ui/use-virtual-rows.ts';
import { MessageRow } from './message-row.tsx';
import type { PathRow } from './to-path-rows.ts';

/** A first guess; the true height is measured once the row is drawn. */
const ROW_PX = 140;
const SUMMARY_PX = 56;

export interface TranscriptHandle {
  readonly scrollTo: (row: number) => void;
}

interface TranscriptPaneProps {
  readonly ref: Ref<TranscriptHandle>;
  readonly rows: readonly PathRow[];
  readonly nodes: ReadonlyMap<string, TreeNode>;
  /** Branches that began at a request, by its id. */
  readonly forks: ReadonlyMap<string, readonly string[]>;
  /** The request whose messages are to be in view. */
  readonly at: string | undefined;
  readonly compareFrom: string | undefined;
  /** What is told below the last row. */
  readonly end: string;
}

/** The messages of a path, each once; only those in the window exist. */
export function TranscriptPane({ ref, rows, nodes, forks, at, compareFrom, end }: TranscriptPaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const virtual = useMeasuredRows({
    frame,
    count: rows.length,
    keyOf: (index) => rows[index]?.key ?? String(index),
    guessPx: (index) => (rows[index]?.type === 'summary' ? SUMMARY_PX : ROW_PX),
  });
  const { scrollTo } = virtual;
  useImperativeHandle(ref, () => ({ scrollTo }), [scrollTo]);

  const chosen =
    at === undefined ? -1 : rows.findIndex((row) => row.type === 'message' && row.message.requestId === at);
  const shownAt = useRef<string>(undefined);
  useEffect(() => {
    // Only another place scrolls: a page that comes later must not take the reader back.
    if (chosen === -1 || shownAt.current === at) return;
    shownAt.current = at;
    scrollTo(chosen);
  }, [chosen, at, scrollTo]);

  function toggle(key: string): void {
    setOpened((before) => new Set(before.has(key) ? [...before].filter((other) => other !== key) : [...before, key]));
  }

  return (
    <div ref={frame} className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Transcript">
      <div className="relative mx-auto max-w-4xl" style={{ height: virtual.heightPx }}>
        {virtual.items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measure}
              data-index={item.index}
              className="absolute inset-x-0 top-0 px-4 pt-3 sm:px-6"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.type === 'summary' ? (
                <SummaryRow />
              ) : (
                <MessageRow
                  row={row}
                  node={nodes.get(row.message.requestId)}
                  forks={isLastOf(rows, item.index) ? (forks.get(row.message.requestId) ?? []) : []}
                  isFirst={isFirstOf(rows, item.index)}
                  isOpen={opened.has(row.key)}
                  isChosen={row.message.requestId === at}
                  compareFrom={compareFrom}
                  onToggle={() => toggle(row.key)}
                />
              )}
            </div>
          );
        })}
      </div>
      <p role="status" className="mx-auto max-w-4xl px-6 py-4 text-xs text-ink-3">
        {end}
      </p>
    </div>
  );
}

function SummaryRow() {
  return (
    <p className="flex items-center gap-3 py-2 text-xs text-ink-2">
      <span className="h-px grow bg-line-strong" />
      <FoldVertical aria-hidden className="size-3.5" />
      Shortened here: it goes on from a summary
      <span className="h-px grow bg-line-strong" />
    </p>
  );
}

/** Whether the row is the first that its request added. */
function isFirstOf(rows: readonly PathRow[], index: number): boolean {
  const row = rows[index];
  const before = rows[index - 1];
  return row?.type === 'message' && (before?.type !== 'message' || before.message.requestId !== row.message.requestId);
}

/** Whether the row is the last that its request added. */
function isLastOf(rows: readonly PathRow[], index: number): boolean {
  const row = rows[index];
  const next = rows[index + 1];
  if (row?.type !== 'message') return false;
  return next?.type !== 'message' || next.message.requestId !== row.message.requestId;
}
