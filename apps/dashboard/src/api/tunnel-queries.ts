import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Bytes run on while one looks, and nothing tells of them. */
const TUNNELS_EVERY_MS = 3_000;

/** What passes through the forward proxy unseen, now. */
export const tunnelsQuery = queryOptions({
  queryKey: ['tunnels'],
  queryFn: ({ signal }) => api.perform('tunnel.list', {}, { signal }),
  refetchInterval: TUNNELS_EVERY_MS,
  placeholderData: keepPreviousData,
});
