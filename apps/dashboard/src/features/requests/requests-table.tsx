import type { RequestSummary } from '@nexus/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import type { RequestFilters } from '../../api/request-filters.ts';
import { PATHS } from '../../paths.ts';
import { isPlainClick } from '../../ui/is-plain-click.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { COLUMN_GRID, COLUMN_LOOKS, REQUEST_COLUMNS } from './request-columns.tsx';

interface RequestsTableProps {
  readonly requests: RequestSummary[];
  readonly filters: RequestFilters;
  /** The request that one comes back from. */
  readonly at: string | undefined;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly onMore: () => void;
}

/** The rows of a list of requests; each leads to its request. */
export function RequestsTable({ requests, filters, ...rest }: RequestsTableProps) {
  const navigate = useNavigate();
  async function open(requestId: string): Promise<void> {
    // The list keeps its place in its own address, so that "back" comes back to this row.
    await navigate({ to: PATHS.requests, search: { ...filters, at: requestId }, replace: true });
    await navigate({ to: PATHS.request, params: { requestId }, search: filters });
  }
  return (
    <ListTable
      {...rest}
      label="Requests"
      rows={requests}
      columns={REQUEST_COLUMNS}
      idOf={(request) => request.requestId}
      grid={COLUMN_GRID}
      looks={COLUMN_LOOKS}
      onOpen={(requestId) => void open(requestId)}
      renderRow={(requestId, row) => (
        <Link
          key={requestId}
          {...row}
          to={PATHS.request}
          params={{ requestId }}
          search={filters}
          onClick={(event) => isPlainClick(event) && void open(requestId)}
        />
      )}
    />
  );
}
