import type { OperationArguments, OperationOutput } from '@nexus/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Windows are told with every answer; a countdown that runs on by itself needs no more. */
const WINDOWS_EVERY_MS = 5_000;
const HISTORY_EVERY_MS = 30_000;
const SHARES_MAX = 12;
const TITLES_MAX = 100;

export type LimitWindow = OperationOutput<'window.list'>['windows'][number];
export type WindowSample = OperationOutput<'window.history'>['samples'][number];
export type WindowShare = OperationOutput<'window.shares'>['shares'][number];

/** Who a window may be shared out to. */
export const SHARE_HOLDERS = ['conversation', 'user', 'session', 'agent', 'key'] as const;
export type ShareHolder = (typeof SHARE_HOLDERS)[number];

/** Every window of every account. */
export const windowsQuery = queryOptions({
  queryKey: ['windows'],
  queryFn: ({ signal }) => api.perform('window.list', {}, { signal }),
  refetchInterval: WINDOWS_EVERY_MS,
});

/** What was told of one window over the last `days`. */
export function windowHistoryQuery(of: Pick<OperationArguments<'window.history'>, 'accountId' | 'name' | 'days'>) {
  return queryOptions({
    queryKey: ['windows', 'history', of],
    queryFn: ({ signal }) => api.perform('window.history', of, { signal }),
    refetchInterval: HISTORY_EVERY_MS,
  });
}

/** Who used an account in the last `hours`. */
export function windowSharesQuery(of: {
  readonly accountId: string;
  readonly by: ShareHolder;
  readonly hours: number;
}) {
  return queryOptions({
    queryKey: ['windows', 'shares', of],
    queryFn: ({ signal }) => api.perform('window.shares', { ...of, limit: SHARES_MAX }, { signal }),
    refetchInterval: HISTORY_EVERY_MS,
  });
}

/** Limits that were set for keys, users, projects, domains and everybody. */
export const setLimitsQuery = queryOptions({
  queryKey: ['set-limits'],
  queryFn: ({ signal }) => api.perform('limit.list', {}, { signal }),
  refetchInterval: HISTORY_EVERY_MS,
});

/** Budgets, with what was spent of each. */
export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => api.perform('budget.list', {}, { signal }),
  refetchInterval: WINDOWS_EVERY_MS,
});

/** Titles of the latest conversations, by id. */
export const conversationTitlesQuery = queryOptions({
  queryKey: ['conversation-titles'],
  queryFn: async ({ signal }) => {
    const { conversations } = await api.perform('conversation.list', { limit: TITLES_MAX }, { signal });
    return Object.fromEntries(conversations.map(({ conversationId, title }) => [conversationId, title]));
  },
  staleTime: HISTORY_EVERY_MS,
});
