import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { CURSOR_PAGES, toPage } from './to-page.ts';
import { isBeingRecorded } from './is-being-recorded.ts';
import { isCacheToCome } from './is-cache-to-come.ts';
import { type RequestFilters, toListArguments } from './request-filters.ts';

/** Rows of one page; a screen shows about 25. */
const PAGE_ROWS = 100;
const STATS_EVERY_MS = 5_000;

/** A request that ended a moment ago is on its way to the database: it is asked for again, for two seconds. */
const RECORDED_TRIES = 8;
const RECORDED_EVERY_MS = 250;
const CACHE_EVERY_MS = 1_000;

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.perform('me.get', {}, { signal }),
  staleTime: 60_000,
});

/** The list of requests under `filters`, newest first, page after page. */
export function requestListQuery(filters: RequestFilters) {
  return infiniteQueryOptions({
    queryKey: ['requests', filters],
    queryFn: ({ pageParam, signal }) =>
      api.perform(
        'request.list',
        {
          ...toListArguments(filters, Date.now()),
          ...toPage(pageParam, PAGE_ROWS),
        },
        { signal },
      ),
    ...CURSOR_PAGES,
    // New rows are announced by the live feed; fetching by itself would move the rows under the reader's eyes.
    staleTime: 30_000,
  });
}

/** A page that is opened shows at once what went before it; from then on the live feed tells. */
const BEFORE_ROWS = 20;

/** The last requests that had ended when it was asked. */
export const endedBeforeQuery = queryOptions({
  queryKey: ['requests', 'ended-before'],
  queryFn: ({ signal }) => api.perform('request.list', { limit: BEFORE_ROWS }, { signal }),
  staleTime: 30_000,
});

/** One request with its bodies. It never changes once recorded, but for what is found out of it a moment later. */
export function requestQuery(requestId: string) {
  return queryOptions({
    queryKey: ['request', requestId],
    queryFn: ({ signal }) => api.perform('request.get', { requestId }, { signal }),
    staleTime: Infinity,
    // How it used the prompt cache is known a moment after it was recorded.
    refetchInterval: ({ state }) => (isCacheToCome(state.data) ? CACHE_EVERY_MS : false),
    retry: (tries, error) => tries < RECORDED_TRIES && isBeingRecorded(error, requestId),
    retryDelay: RECORDED_EVERY_MS,
    // A body may be 20 MB; a few are enough to walk back and forth.
    gcTime: 60_000,
  });
}

export const domainsQuery = queryOptions({
  queryKey: ['domains'],
  queryFn: ({ signal }) => api.perform('domain.list', {}, { signal }),
  staleTime: 30_000,
});

export const storageStatsQuery = queryOptions({
  queryKey: ['storage-stats'],
  queryFn: ({ signal }) => api.perform('storage.stats', {}, { signal }),
  refetchInterval: STATS_EVERY_MS,
  placeholderData: keepPreviousData,
});

/** Rows of the last hour that went wrong; beyond this many their number is "at least". */
const ERROR_ROWS_MAX = 100;
const ERRORS_EVERY_MS = 15_000;

/** How many requests of the last hour went wrong, as recorded; `isMore` where there are more than were counted. */
export const recentErrorsQuery = queryOptions({
  queryKey: ['requests', 'errors-of-last-hour'],
  queryFn: async ({ signal }) => {
    const filters = toListArguments({ status: 'error', range: '1h' }, Date.now());
    const page = await api.perform('request.list', { ...filters, limit: ERROR_ROWS_MAX }, { signal });
    return { count: page.requests.length, isMore: page.nextCursor !== null };
  },
  refetchInterval: ERRORS_EVERY_MS,
});
