import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { CURSOR_PAGES, toPage } from './to-page.ts';
import { type FilledSearch, toSearchArguments } from './search-filters.ts';

/** Hits of one page; a screen shows about eight. */
const PAGE_HITS = 30;
/** Requests that carried one message; the rest is told by their number. */
const CARRIERS_MAX = 50;

/** Messages that say what is looked for, page after page. */
export function searchQuery(filters: FilledSearch) {
  return infiniteQueryOptions({
    queryKey: ['search', filters],
    queryFn: ({ pageParam, signal }) =>
      api.perform(
        'search.list',
        {
          ...toSearchArguments(filters, Date.now()),
          ...toPage(pageParam, PAGE_HITS),
        },
        { signal },
      ),
    ...CURSOR_PAGES,
    staleTime: 30_000,
    gcTime: 300_000,
  });
}

/** The requests that carried a message. */
export function messageRequestsQuery(messageId: string) {
  return queryOptions({
    queryKey: ['message-requests', messageId],
    queryFn: ({ signal }) => api.perform('search.requests', { messageId, limit: CARRIERS_MAX }, { signal }),
    staleTime: 30_000,
  });
}
