import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { CURSOR_PAGES, toPage } from './to-page.ts';
import { type ConversationFilters, toConversationArguments } from './conversation-filters.ts';

/** Rows of one page; a screen shows about 25. */
const PAGE_ROWS = 100;
/** Messages of the first page, so that it is there at once, and of each one after. */
const FIRST_MESSAGES = 60;
const MORE_MESSAGES = 500;

/** The list of conversations under `filters`, the last active first, page after page. */
export function conversationListQuery(filters: ConversationFilters) {
  return infiniteQueryOptions({
    queryKey: ['conversations', filters],
    queryFn: ({ pageParam, signal }) =>
      api.perform(
        'conversation.list',
        {
          ...toConversationArguments(filters, Date.now()),
          ...toPage(pageParam, PAGE_ROWS),
        },
        { signal },
      ),
    ...CURSOR_PAGES,
    // New turns are announced by the live feed; fetching by itself would move the rows under the reader's eyes.
    staleTime: 30_000,
  });
}

/** The facts of one conversation, and its branches. */
export function conversationQuery(conversationId: string) {
  return queryOptions({
    queryKey: ['conversation', conversationId, 'facts'],
    queryFn: ({ signal }) => api.perform('conversation.get', { conversationId }, { signal }),
  });
}

/** Every request of a conversation with its place. */
export function conversationTreeQuery(conversationId: string) {
  return queryOptions({
    queryKey: ['conversation', conversationId, 'tree'],
    queryFn: ({ signal }) => api.perform('conversation.tree', { conversationId }, { signal }),
  });
}

/** The messages up to the end of a branch, each once, page after page. */
export function conversationMessagesQuery(conversationId: string, branch: string) {
  return infiniteQueryOptions({
    queryKey: ['conversation', conversationId, 'messages', branch],
    queryFn: ({ pageParam, signal }) =>
      api.perform(
        'conversation.messages',
        { conversationId, branch, from: pageParam, limit: pageParam === 0 ? FIRST_MESSAGES : MORE_MESSAGES },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.nextFrom,
    gcTime: 60_000,
  });
}

/** How two requests of a conversation differ. Requests never change, and so neither does this. */
export function conversationDiffQuery(conversationId: string, sides: { readonly from: string; readonly to: string }) {
  return queryOptions({
    queryKey: ['conversation-diff', conversationId, sides.from, sides.to],
    queryFn: ({ signal }) => api.perform('conversation.diff', { conversationId, ...sides }, { signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}
