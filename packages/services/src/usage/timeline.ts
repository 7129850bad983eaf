import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listSessionCounts, type TimeRange, type UsageFilter, type UsageSteps, type UsageTotals } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { hasDates, toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { loadReport, loadReportSteps, type StepsOfRange } from './load-report.ts';
import { toDollars, TOKEN_SUMS, toTotalTokens } from './to-usage-sums.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back each period looks: to the first of 24 hours, 7 days, 4 weeks or 12 months, the running one included. */
const REACH_MS = { hour: 23 * HOUR_MS, day: 6 * DAY_MS, week: 21 * DAY_MS, month: 334 * DAY_MS } as const;

type Metric = OperationInput<'usage.timeline'>['metric'];

/** One figure over time. */
export async function getUsageTimeline(
  context: Context,
  input: OperationInput<'usage.timeline'>,
): Promise<OperationOutput<'usage.timeline'>> {
  const filter = { ...toUsageFilter(input), ...(input.metric === 'messages' ? { kind: 'inference' } : {}) };
  const asked = { ...toRange(context, input), step: input.period, tz: input.tz, filter };
  const { metric } = input;
  const { steps, fromMs, toMs, values } = await (metric === 'sessions'
    ? countSessions(context, asked)
    : loadValues(context, asked, metric));
  return {
    metric,
    period: input.period,
    start_date: toInstant(fromMs),
    end_date: toInstant(toMs),
    interval: `1 ${input.period}`,
    data_points: steps.map((atMs, at) => ({ timestamp: toInstant(atMs), value: values[at] ?? 0 })),
  };
}

interface Asked extends StepsOfRange {
  readonly filter: UsageFilter;
}

/** Steps, and one figure for each. */
interface Values extends UsageSteps {
  readonly values: readonly number[];
}

async function countSessions(context: Context, asked: Asked): Promise<Values> {
  const cut = await loadReportSteps(context, asked);
  return { ...cut, values: await listSessionCounts(requireStorage(context), { ...cut, filter: asked.filter }) };
}

async function loadValues(context: Context, asked: Asked, metric: Exclude<Metric, 'sessions'>): Promise<Values> {
  const report = await loadReport(context, { ...asked, sums: SUMS });
  return { ...report, values: report.rows.map((row) => toValue(metric, row)) };
}

const SUMS = ['requestCount', 'errorCount', 'costNano', 'durationMs', ...TOKEN_SUMS] as const;

function toRange(context: Context, input: OperationInput<'usage.timeline'>): TimeRange {
  const nowMs = context.clock();
  if (hasDates(input)) return toAnalyticsRange(input, nowMs, 7);
  return { fromMs: nowMs - REACH_MS[input.period], toMs: nowMs };
}

function toValue(metric: Exclude<Metric, 'sessions'>, row: Pick<UsageTotals, (typeof SUMS)[number]>): number {
  switch (metric) {
    case 'tokens':
      return toTotalTokens(row);
    case 'requests':
    case 'messages':
      return row.requestCount;
    case 'errors':
      return row.errorCount;
    case 'cost':
      return toDollars(row.costNano);
    case 'latency':
      return row.requestCount === 0 ? 0 : row.durationMs / row.requestCount;
    default:
      return metric satisfies never;
  }
}
