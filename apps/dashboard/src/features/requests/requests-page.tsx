import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { requestListQuery } from '../../api/queries.ts';
import { countFilters } from '../../api/list-filters.ts';
import { parseRequestFilters } from '../../api/request-filters.ts';
import { NothingMatches } from '../../filters/nothing-matches.tsx';
import { PATHS } from '../../paths.ts';
import { Notice } from '../../ui/notice.tsx';
import { NewRequestsPill } from './new-requests-pill.tsx';
import { RequestsFilters } from './requests-filters.tsx';
import { RequestsTable } from './requests-table.tsx';

const route = getRouteApi('/shell/requests');

/** Every recorded request, newest first, narrowed by what the address says. */
export function RequestsPage() {
  const search = route.useSearch();
  const filters = parseRequestFilters(search);
  const navigate = route.useNavigate();
  const list = useSuspenseInfiniteQuery(requestListQuery(filters));
  const requests = list.data.pages.flatMap((page) => page.requests);

  return (
    <div className="relative flex min-h-0 grow flex-col">
      <RequestsFilters filters={filters} onChange={(next) => void navigate({ search: next })} />
      <NewRequestsPill filters={filters} newest={requests[0]} onShow={() => void list.refetch()} />
      {requests.length > 0 && (
        <RequestsTable
          requests={requests}
          filters={filters}
          at={search.at}
          more={list.hasNextPage}
          loadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {requests.length === 0 && countFilters(filters) > 0 && (
        <NothingMatches what="request" onClear={() => void navigate({ search: {} })} />
      )}
      {requests.length === 0 && countFilters(filters) === 0 && (
        <Notice icon={<Inbox />} title="No requests yet">
          <p>
            Each exchange with Claude is listed here about a second after it ended: also those that failed, were
            refused, or whose caller left.
          </p>
          <Link to={PATHS.live} className="font-medium text-accent underline underline-offset-2">
            How to send the first one
          </Link>
        </Notice>
      )}
    </div>
  );
}
