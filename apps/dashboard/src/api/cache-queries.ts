import type { OperationOutput } from '@nexus/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { toNarrowed, toTimeZone, USAGE_RANGE_DEFAULT, USAGE_RANGES, type UsageFilters } from './usage-filters.ts';

export type CacheReport = OperationOutput<'usage.cache'>;

/** Sums move slowly. */
const CACHE_EVERY_MS = 30_000;
const MISSES_MAX = 8;

/** What the prompt cache saved and lost in the span of `filters`. */
export function cacheQuery(filters: UsageFilters) {
  const narrowed = toNarrowed(filters);
  const tz = toTimeZone(filters);
  const { spanMs, step } = USAGE_RANGES[filters.range ?? USAGE_RANGE_DEFAULT];
  return queryOptions({
    queryKey: ['usage', 'cache', narrowed, tz, filters.range],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - spanMs).toISOString();
      return api.perform('usage.cache', { ...narrowed, from, tz, step, misses: MISSES_MAX }, { signal });
    },
    refetchInterval: CACHE_EVERY_MS,
  });
}

/** Where the losses can be taken away as CSV. */
export function toCacheCsvUrl(filters: UsageFilters, { from, to, tz, step }: CacheReport): string {
  return api.url('usage.cache', { ...toNarrowed(filters), from, to, tz, step, format: 'csv' });
}
