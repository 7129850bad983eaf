import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { OperationOutput, RequestSummary } from '@nexus/contract';

/** Rows of every list that is in the cache now. */
export function readCachedRequests(queries: QueryClient): readonly RequestSummary[] {
  return queries
    .getQueriesData<InfiniteData<OperationOutput<'request.list'>>>({ queryKey: ['requests'] })
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap((page) => page.requests);
}
