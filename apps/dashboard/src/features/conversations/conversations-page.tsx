import type { RequestSummary } from '@nexus/contract';
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { useEffect, useState } from 'react';
import { parseConversationFilters } from '../../api/conversation-filters.ts';
import { conversationListQuery } from '../../api/conversation-queries.ts';
import { countFilters } from '../../api/list-filters.ts';
import { useLiveStore } from '../../api/live/use-live.ts';
import { NothingMatches } from '../../filters/nothing-matches.tsx';
import { NewsPill } from '../../ui/news-pill.tsx';
import { Notice } from '../../ui/notice.tsx';
import { countOf } from '../../words/format-count.ts';
import { ConversationsFilters } from './conversations-filters.tsx';
import { ConversationsTable } from './conversations-table.tsx';

const route = getRouteApi('/shell/conversations');

/** Every conversation, the last active first, narrowed by what the address says. */
export function ConversationsPage() {
  const search = route.useSearch();
  const filters = parseConversationFilters(search);
  const navigate = route.useNavigate();
  const list = useSuspenseInfiniteQuery(conversationListQuery(filters));
  const conversations = list.data.pages.flatMap((page) => page.conversations);
  const grown = useGrown(list.dataUpdatedAt, filters.domain);
  useChanges(list.refetch);

  return (
    <div className="relative flex min-h-0 grow flex-col">
      <ConversationsFilters filters={filters} onChange={(next) => void navigate({ search: next })} />
      {grown > 0 && <NewsPill words={`${countOf(grown, 'conversation')} went on`} onShow={() => void list.refetch()} />}
      {conversations.length > 0 && (
        <ConversationsTable
          conversations={conversations}
          filters={filters}
          at={search.at}
          more={list.hasNextPage}
          loadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {conversations.length === 0 && countFilters(filters) > 0 && (
        <NothingMatches what="conversation" onClear={() => void navigate({ search: {} })} />
      )}
      {conversations.length === 0 && countFilters(filters) === 0 && (
        <Notice icon={<MessagesSquare />} title="No conversations yet">
          <p>
            Requests that go on from one another are gathered here as one conversation: with its forks, the sub-agents
            it launched, and the summaries it went on from.
          </p>
          <p>Send something to Claude through this gateway; its conversation is here a second after the answer.</p>
        </Notice>
      )}
    </div>
  );
}

/** How many conversations, which this list may hold, got a turn since it was read at `readAtMs`. */
function useGrown(readAtMs: number, domain: string | undefined): number {
  const store = useLiveStore();
  const [turns, setTurns] = useState<readonly (readonly [atMs: number, turn: RequestSummary])[]>([]);
  useEffect(
    () =>
      store.onTurns((more) => {
        const now = Date.now();
        setTurns((known) => [...known, ...more.map((turn) => [now, turn] as const)].slice(-KEPT_MAX));
      }),
    [store],
  );
  const fresh = turns.filter(([atMs, turn]) => atMs > readAtMs && (domain === undefined || turn.domain === domain));
  return new Set(fresh.map(([, turn]) => turn.conversationId)).size;
}

/** Rows that were deleted, moved or imported are no news to be asked for: the list is read anew. */
function useChanges(refetch: () => Promise<unknown>): void {
  const store = useLiveStore();
  useEffect(() => store.onConversationsChanged(() => void refetch()), [store, refetch]);
}

/** Turns that are remembered to be counted. */
const KEPT_MAX = 1_000;
