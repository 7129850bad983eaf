import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

const PAGE_ROWS = 100;

/** Who changed what, newest first, page after page. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    api.perform('audit.list', { limit: PAGE_ROWS, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
});
