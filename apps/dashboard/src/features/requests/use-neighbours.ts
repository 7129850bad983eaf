import type { RequestSummary } from '@nexus/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { requestListQuery } from '../../api/queries.ts';
import type { RequestFilters } from '../../api/request-filters.ts';

/** The requests beside this one in the list that one came from; null at its ends. */
export interface Neighbours {
  readonly newer: string | null;
  readonly older: string | null;
}

/** Looks in the list as far as it was loaded; a page that was opened by its address starts a list at its own request. */
export function useNeighbours(request: RequestSummary, filters: RequestFilters): Neighbours {
  const list = useInfiniteQuery(requestListQuery(filters));
  const loaded = list.data?.pages.flatMap((page) => page.requests) ?? [];
  return findNeighbours(
    loaded.map((row) => row.requestId),
    request.requestId,
  );
}

/**
 * `ids` are newest first, and ids carry their time: even where the request itself is not in the list (its filters changed,
 * or it lies between), the two around it are its neighbours.
 */
export function findNeighbours(ids: readonly string[], requestId: string): Neighbours {
  const olderIndex = ids.findIndex((id) => id < requestId);
  const newer = ids.findLast((id) => id > requestId) ?? null;
  return { newer, older: olderIndex === -1 ? null : (ids[olderIndex] ?? null) };
}
