import type { AuditEntry, OperationOutput } from '@nexus/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

const KEYS_STALE_MS = 60_000;
/** When a key was last used is known to the minute, and what it used within seconds. */
const USES_EVERY_MS = 30_000;
const CHANGES_MAX = 20;

export type KeyUsage = OperationOutput<'key.usage'>['keys'][number];
export type KeyUsageReport = OperationOutput<'key.usage'>;

/** Client keys, without their secrets. That somebody changed one is told by the live feed. */
export const keysQuery = queryOptions({
  queryKey: ['keys', 'list'],
  queryFn: ({ signal }) => api.perform('key.list', {}, { signal }),
  staleTime: KEYS_STALE_MS,
});

/** What each key used this month and on each of the last seven days. */
export const keyUsageQuery = queryOptions({
  queryKey: ['keys', 'usage'],
  queryFn: ({ signal }) => api.perform('key.usage', {}, { signal }),
  staleTime: USES_EVERY_MS,
  refetchInterval: USES_EVERY_MS,
});

/** The last request that came with a key, which tells who used it. */
export function lastUseQuery(keyId: string) {
  return queryOptions({
    queryKey: ['keys', 'last-use', keyId],
    queryFn: async ({ signal }) => {
      const { requests } = await api.perform('request.list', { keyId, limit: 1 }, { signal });
      return requests[0] ?? null;
    },
    staleTime: USES_EVERY_MS,
  });
}

/** Who did what with a key, its limits and its budgets, the latest first. */
export function keyChangesQuery(keyId: string) {
  const places = [
    { noun: 'key', nounId: keyId },
    { noun: 'limit', nounId: `key:${keyId}` },
    { noun: 'budget', nounId: `key:${keyId}` },
  ];
  return queryOptions({
    queryKey: ['audit', 'key', keyId],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        places.map((place) => api.perform('audit.list', { ...place, limit: CHANGES_MAX }, { signal })),
      );
      const entries = pages.flatMap((page) => page.entries);
      // Ids of changes go by time too, so that those of one instant keep their order.
      return entries.toSorted((one, other) => (toOrder(one) < toOrder(other) ? 1 : -1)).slice(0, CHANGES_MAX);
    },
  });
}

function toOrder({ at, auditId }: AuditEntry): string {
  return `${at} ${auditId}`;
}
