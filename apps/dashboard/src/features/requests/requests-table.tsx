import type { RequestSummary } from '@nexus/contract';
import { tableFeatures, useTable } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { type MouseEvent, useEffect, useRef } from 'react';
import type { RequestFilters } from '../../api/request-filters.ts';
import { PATHS } from '../../paths.ts';
import { join } from '../../ui/join.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { COLUMN_GRID, COLUMN_LOOKS, REQUEST_COLUMNS } from './request-columns.tsx';
import { useActiveRow } from './use-active-row.ts';

const ROW_PX = 40;
/** The next page is fetched while this many rows are still below the window. */
const AHEAD_ROWS = 30;

const features = tableFeatures({});

interface RequestsTableProps {
  readonly requests: RequestSummary[];
  readonly filters: RequestFilters;
  /** The request that one comes back from. */
  readonly at: string | undefined;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly onMore: () => void;
}

/** The rows of a list, of which only those in the window exist. */
export function RequestsTable({ requests, filters, at, more, loadingMore, onMore }: RequestsTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    columns: REQUEST_COLUMNS,
    data: requests,
    getRowId: (row) => row.requestId,
  });
  const rows = table.getRowModel().rows;
  const first = requests.findIndex((request) => request.requestId === at);
  const virtual = useVirtualRows({ frame, count: rows.length, rowPx: ROW_PX, first });
  const { items } = virtual;
  const { active, copied, open } = useActiveRow({ requests, filters, first, scrollTo: virtual.scrollTo });
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (more && !loadingMore && lastShown + AHEAD_ROWS >= rows.length) onMore();
  }, [more, loadingMore, lastShown, rows.length, onMore]);

  return (
    <div ref={frame} className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="List of requests">
      <div role="table" aria-label="Requests" aria-rowcount={more ? -1 : rows.length + 1} className="text-sm">
        {table.getHeaderGroups().map((group) => (
          <div
            key={group.id}
            role="row"
            className={join(COLUMN_GRID, 'sticky top-0 z-10 h-8 border-b bg-canvas text-xs text-ink-3')}
          >
            {group.headers.map((header) => (
              <span key={header.id} role="columnheader" className={join('truncate', COLUMN_LOOKS[header.column.id])}>
                <table.FlexRender header={header} />
              </span>
            ))}
          </div>
        ))}
        <div role="rowgroup" className="relative" style={{ height: virtual.heightPx }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <Link
                key={row.id}
                role="row"
                aria-rowindex={item.index + 2}
                to={PATHS.request}
                params={{ requestId: row.id }}
                search={filters}
                data-active={item.index === active || undefined}
                onClick={(event) => {
                  if (isPlain(event)) open(item.index);
                }}
                className={join(
                  COLUMN_GRID,
                  'absolute inset-x-0 top-0 h-10 border-b bg-surface -outline-offset-2 hover:bg-hover',
                  'data-active:bg-selected data-active:shadow-[inset_2px_0_0_var(--accent)]',
                )}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row.getAllCells().map((cell) => (
                  <span key={cell.id} role="cell" className={join('min-w-0', COLUMN_LOOKS[cell.column.id])}>
                    <table.FlexRender cell={cell} />
                  </span>
                ))}
              </Link>
            );
          })}
        </div>
      </div>
      <p role="status" className="px-6 py-4 text-xs text-ink-3">
        {more ? 'Loading older requests' : 'That is all.'}
        {copied !== null && ` Copied ${copied}.`}
      </p>
    </div>
  );
}

/** A click without keys that ask for a new tab; those are the browser's own. Takes the click where it is ours. */
function isPlain(event: MouseEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return false;
  event.preventDefault();
  return true;
}
