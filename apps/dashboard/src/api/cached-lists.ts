import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { ConversationSummary, OperationOutput, RequestSummary } from '@nexus/contract';

/** Rows of every list of requests that is in the cache now. */
export function readCachedRequests(queries: QueryClient): readonly RequestSummary[] {
  return queries
    .getQueriesData<InfiniteData<OperationOutput<'request.list'>>>({ queryKey: ['requests'] })
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap((page) => page.requests);
}

/** Rows of every list of conversations that is in the cache now. */
export function readCachedConversations(queries: QueryClient): readonly ConversationSummary[] {
  return queries
    .getQueriesData<InfiniteData<OperationOutput<'conversation.list'>>>({ queryKey: ['conversations'] })
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap((page) => page.conversations);
}
