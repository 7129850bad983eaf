import { useInfiniteQuery } from '@tanstack/react-query';
import { CatchBoundary, getRouteApi } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import { type FilledSearch, parseSearchFilters, type SearchFilters } from '../../api/search-filters.ts';
import { searchQuery } from '../../api/search-queries.ts';
import { withFilters } from '../../api/list-filters.ts';
import { FailedPage } from '../../shell/failed-page.tsx';
import { ListSkeleton } from '../../ui/skeleton.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { listTools } from './group-hits.ts';
import { HowToSearch } from './how-to-search.tsx';
import { SearchField } from './search-field.tsx';
import { SearchResults } from './search-results.tsx';
import { SearchScopes } from './search-scopes.tsx';

const route = getRouteApi('/shell/search');

/** Looking for what was said. The field stays while what was found comes and goes. */
export function SearchPage() {
  const search = route.useSearch();
  const filters = parseSearchFilters(search);
  const navigate = route.useNavigate();
  const tools = useFoundTools(filters);
  const go = (next: SearchFilters): void => void navigate({ search: next });
  useHotkeys({ Escape: () => go({}) });

  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="shrink-0 border-b">
        <div className="mx-auto flex max-w-4xl flex-col gap-2.5 px-4 py-3 sm:px-6">
          <SearchField q={filters.q} onSearch={(q) => go(withFilters(filters, { q }))} />
          <SearchScopes filters={filters} tools={tools} onChange={go} />
        </div>
      </div>
      {isFilled(filters) ? (
        <Found resetKey={JSON.stringify(filters)}>
          <SearchResults key={JSON.stringify(filters)} filters={filters} at={search.at} />
        </Found>
      ) : (
        <HowToSearch />
      )}
    </div>
  );
}

/** A search that fails must not take the field along, in which it can be mended. */
function Found({ resetKey, children }: { readonly resetKey: string; readonly children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={() => resetKey} errorComponent={FailedPage}>
      <Suspense fallback={<ListSkeleton rows={10} />}>{children}</Suspense>
    </CatchBoundary>
  );
}

function isFilled(filters: SearchFilters): filters is FilledSearch {
  return filters.q !== undefined && filters.q !== '';
}

/** Tools of what was found, as far as it was read: looked on at, and never asked for. */
function useFoundTools(filters: SearchFilters): readonly string[] {
  const { data } = useInfiniteQuery({ ...searchQuery({ ...filters, q: filters.q ?? '' }), enabled: false });
  return listTools(data?.pages.flatMap((page) => page.hits) ?? [], filters.tool);
}
