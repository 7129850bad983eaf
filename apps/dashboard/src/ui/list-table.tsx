import { type RowData, tableFeatures, type TableOptions, useTable } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { join } from './join.ts';
import { useActiveRow } from './use-active-row.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

const ROW_PX = 40;
/** The next page is fetched while this many rows are still below the window. */
const AHEAD_ROWS = 30;

/** The table's own machinery is kept to rows and columns. */
export const LIST_FEATURES = tableFeatures({});

/** What makes a row a row; the feature puts it on its own link. */
export interface RowProps {
  readonly role: 'row';
  readonly 'aria-rowindex': number;
  readonly 'data-active': true | undefined;
  readonly className: string;
  readonly style: { readonly transform: string };
  readonly children: ReactNode;
}

export interface ListSort {
  readonly column: string;
  readonly isDown: boolean;
  readonly columns: ReadonlySet<string>;
  readonly onSort: (column: string) => void;
}

interface ListTableProps<Row extends RowData> {
  readonly label: string;
  readonly rows: Row[];
  readonly columns: TableOptions<typeof LIST_FEATURES, Row>['columns'];
  readonly idOf: (row: Row) => string;
  /** One grid for head and rows. */
  readonly grid: string;
  /** Where each column stands, by its id. */
  readonly looks: Readonly<Record<string, string>>;
  /** The row that one comes back from. */
  readonly at: string | undefined;
  /** What the rows are in the order of, and which columns they can be; absent where the order is given. */
  readonly sort?: ListSort;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly onMore: () => void;
  readonly onOpen: (id: string) => void;
  readonly renderRow: (id: string, props: RowProps) => ReactNode;
}

/** A long list, of whose rows only those in the window exist; keys move and open them. */
export function ListTable<Row extends RowData>(props: ListTableProps<Row>) {
  const { label, grid, looks, at, more, loadingMore, onMore, idOf } = props;
  const frame = useRef<HTMLDivElement>(null);
  const table = useTable({ features: LIST_FEATURES, columns: props.columns, data: props.rows, getRowId: idOf });
  const rows = table.getRowModel().rows;
  const first = props.rows.findIndex((row) => idOf(row) === at);
  const virtual = useVirtualRows({ frame, count: rows.length, rowPx: ROW_PX, first });
  const { items } = virtual;
  const ids = rows.map((row) => row.id);
  const { active, copied } = useActiveRow({ ids, first, scrollTo: virtual.scrollTo, onOpen: props.onOpen });
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (more && !loadingMore && lastShown + AHEAD_ROWS >= rows.length) onMore();
  }, [more, loadingMore, lastShown, rows.length, onMore]);

  return (
    <div
      ref={frame}
      // Columns go by the width of the list, which the rail and the window decide together.
      className="@container min-h-0 grow overflow-y-auto"
      tabIndex={0}
      role="region"
      aria-label={`List of ${label.toLowerCase()}`}
    >
      <div role="table" aria-label={label} aria-rowcount={more ? -1 : rows.length + 1} className="text-sm">
        {table.getHeaderGroups().map((group) => (
          <div
            key={group.id}
            role="row"
            className={join(grid, 'sticky top-0 z-10 h-8 border-b bg-canvas text-xs text-ink-3')}
          >
            {group.headers.map((header) => (
              <span
                key={header.id}
                role="columnheader"
                aria-sort={toAriaSort(header.column.id, props.sort)}
                className={join('truncate', looks[header.column.id])}
              >
                <SortButton column={header.column.id} sort={props.sort}>
                  <table.FlexRender header={header} />
                </SortButton>
              </span>
            ))}
          </div>
        ))}
        <div role="rowgroup" className="relative" style={{ height: virtual.heightPx }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return props.renderRow(row.id, {
              role: 'row',
              'aria-rowindex': item.index + 2,
              'data-active': item.index === active || undefined,
              className: join(
                grid,
                'absolute inset-x-0 top-0 h-10 border-b bg-surface -outline-offset-2 hover:bg-hover',
                'data-active:bg-selected data-active:shadow-[inset_2px_0_0_var(--accent)]',
              ),
              style: { transform: `translateY(${item.start}px)` },
              children: row.getAllCells().map((cell) => (
                <span key={cell.id} role="cell" className={join('min-w-0', looks[cell.column.id])}>
                  <table.FlexRender cell={cell} />
                </span>
              )),
            });
          })}
        </div>
      </div>
      <p role="status" className="px-6 py-4 text-xs text-ink-3">
        {more ? `Loading older ${label.toLowerCase()}` : 'That is all.'}
        {copied !== null && ` Copied ${copied}.`}
      </p>
    </div>
  );
}

function toAriaSort(column: string, sort: ListSort | undefined): 'ascending' | 'descending' | undefined {
  if (sort?.column !== column) return undefined;
  return sort.isDown ? 'descending' : 'ascending';
}

interface SortButtonProps {
  readonly column: string;
  readonly sort: ListSort | undefined;
  readonly children: ReactNode;
}

/** The head of a column that rows can be in the order of; a second press turns it round. */
function SortButton({ column, sort, children }: SortButtonProps) {
  if (sort === undefined || !sort.columns.has(column)) return children;
  const Arrow = sort.isDown ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={() => sort.onSort(column)}
      className={join(
        'inline-flex max-w-full items-center gap-1 hover:text-ink [&_svg]:size-3 [&_svg]:shrink-0',
        sort.column === column && 'font-medium text-ink',
      )}
    >
      <span className="truncate">{children}</span>
      {sort.column === column && <Arrow aria-hidden />}
    </button>
  );
}
