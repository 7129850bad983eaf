import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { CURSOR_PAGES, toPage } from './to-page.ts';

const PAGE_ROWS = 100;

/** Who changed what, newest first, page after page. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) => api.perform('audit.list', toPage(pageParam, PAGE_ROWS), { signal }),
  ...CURSOR_PAGES,
});
