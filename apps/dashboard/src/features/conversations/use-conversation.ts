import type { TreeNode } from '@nexus/contract';
import { useInfiniteQuery, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { conversationMessagesQuery, conversationQuery, conversationTreeQuery } from '../../api/conversation-queries.ts';
import { useLiveStore } from '../../api/live/use-live.ts';
import { toPathRows } from './transcript/to-path-rows.ts';

/** How long news of a conversation are gathered before it is read again. */
const GATHER_MS = 1_000;

/** Everything the page shows of a conversation, read anew when it goes on. */
export function useConversation(conversationId: string, wanted: string | undefined) {
  useFollow(conversationId);
  const { data: found } = useSuspenseQuery(conversationQuery(conversationId));
  const branch = wanted ?? found.branches.find((one) => one.branch === 'main')?.branch ?? found.branches[0]?.branch;
  const tree = useQuery(conversationTreeQuery(conversationId));
  const messages = useInfiniteQuery({
    ...conversationMessagesQuery(conversationId, branch ?? ''),
    enabled: branch !== undefined,
  });
  const { hasNextPage, isFetching, fetchNextPage } = messages;
  // The first page is drawn at once; the rest comes by itself, so that search, outline and keys reach all of it.
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  const rows = useMemo(() => toPathRows(messages.data?.pages.flatMap((page) => page.messages) ?? []), [messages.data]);
  const nodes = useMemo(() => new Map((tree.data?.nodes ?? []).map((node) => [node.requestId, node])), [tree.data]);
  const forks = useMemo(() => toForks([...nodes.values()]), [nodes]);
  return { found, branch, tree, messages, rows, nodes, forks };
}

/** Reads a conversation anew when the live feed tells that it got a turn, or that it was changed. */
function useFollow(conversationId: string): void {
  const store = useLiveStore();
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    function readSoon(): void {
      timer ??= setTimeout(() => {
        timer = null;
        void queries.invalidateQueries({ queryKey: ['conversation', conversationId] });
      }, GATHER_MS);
    }
    const leaveTurns = store.onTurns((turns) => {
      if (turns.some((turn) => turn.conversationId === conversationId)) readSoon();
    });
    const leaveChanges = store.onConversationsChanged(({ conversationIds }) => {
      if (conversationIds.includes(conversationId)) readSoon();
    });
    return () => {
      leaveTurns();
      leaveChanges();
      if (timer !== null) clearTimeout(timer);
    };
  }, [conversationId, store, queries]);
}

/** The branches that began at each request. */
function toForks(nodes: readonly TreeNode[]): ReadonlyMap<string, readonly string[]> {
  const branchOf = new Map(nodes.map((node) => [node.requestId, node.branch]));
  const forks = new Map<string, string[]>();
  for (const { branch, parentRequestId } of nodes) {
    if (branch === null || parentRequestId === null || branchOf.get(parentRequestId) === branch) continue;
    forks.set(parentRequestId, [...(forks.get(parentRequestId) ?? []), branch]);
  }
  return forks;
}
