import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import {
  toNarrowed,
  toTimeZone,
  USAGE_RANGE_DEFAULT,
  USAGE_RANGES,
  type UsageFilters,
  type UsageReport,
} from './usage-filters.ts';

/** Sums move slowly; what happens this second is in the Live room. */
const USAGE_EVERY_MS = 30_000;
const WEEKS_MS = 28 * 86_400_000;
/** Colours that a reader can tell apart; the rest is one group. */
const GROUPS_MAX = 8;

/** Usage in steps of time and split as `filters` say. */
export function usageQuery(filters: UsageFilters) {
  return queryOptions({
    queryKey: ['usage', 'report', filters],
    queryFn: ({ signal }) => api.perform('usage.report', toReportArguments(filters, Date.now()), { signal }),
    refetchInterval: USAGE_EVERY_MS,
  });
}

/** Where the same figures can be taken away as CSV. */
export function toUsageCsvUrl(filters: UsageFilters, { from, to, tz, step }: UsageReport): string {
  const narrowed = toNarrowed(filters);
  return api.url('usage.report', { ...narrowed, from, to, tz, step, by: filters.by ?? 'model', format: 'csv' });
}

/** The sums of the span of the same length before `report`. */
export function usageBeforeQuery(filters: UsageFilters, report: UsageReport) {
  const narrowed = toNarrowed(filters);
  const fromMs = Date.parse(report.from);
  const lengthMs = Math.min(Date.parse(report.to), Date.now()) - fromMs;
  return queryOptions({
    // The end of a span moves all the time: what is before it is asked anew where its beginning moves.
    queryKey: ['usage', 'before', narrowed, report.tz, report.step, report.from],
    queryFn: ({ signal }) =>
      api.perform(
        'usage.report',
        { ...narrowed, tz: report.tz, from: new Date(fromMs - lengthMs).toISOString(), to: report.from, step: 'all' },
        { signal },
      ),
    staleTime: Infinity,
  });
}

/** The last four weeks hour by hour, for weekdays and hours. */
export function usageHoursQuery(filters: UsageFilters) {
  const narrowed = toNarrowed(filters);
  const tz = toTimeZone(filters);
  return queryOptions({
    queryKey: ['usage', 'hours', narrowed, tz],
    queryFn: ({ signal }) =>
      api.perform(
        'usage.report',
        { ...narrowed, tz, from: new Date(Date.now() - WEEKS_MS).toISOString(), step: 'hour' },
        { signal },
      ),
    staleTime: USAGE_EVERY_MS,
  });
}

/** Waits by model in the span of `filters`. */
export function usageLatencyQuery(filters: UsageFilters) {
  return queryOptions({
    queryKey: ['usage', 'latency', toNarrowed(filters), filters.range],
    queryFn: ({ signal }) => {
      const { from } = toReportArguments(filters, Date.now());
      return api.perform('usage.latency', { ...toNarrowed(filters), from }, { signal });
    },
    staleTime: USAGE_EVERY_MS,
  });
}

function toReportArguments(filters: UsageFilters, nowMs: number) {
  const { spanMs, step } = USAGE_RANGES[filters.range ?? USAGE_RANGE_DEFAULT];
  return {
    ...toNarrowed(filters),
    from: new Date(nowMs - spanMs).toISOString(),
    tz: toTimeZone(filters),
    step,
    by: filters.by ?? 'model',
    groups: GROUPS_MAX,
  };
}
