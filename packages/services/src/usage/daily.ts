import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { loadReport } from './load-report.ts';
import { createLocalDate } from './to-local-date.ts';

const DAY_MS = 86_400_000;

/** Days of an account on which there was something, newest first. */
export async function listDailyUsage(
  context: Context,
  { accountId, days, domain, aggregate, tz }: OperationInput<'usage.daily'>,
): Promise<OperationOutput<'usage.daily'>> {
  const nowMs = context.clock();
  const report = await loadReport(context, {
    fromMs: nowMs - (days - 1) * DAY_MS,
    toMs: nowMs,
    step: 'day',
    tz,
    by: aggregate === 'true' ? undefined : 'model',
    filter: { accountId, domain },
    sums: ['requestCount', 'inputTokens', 'outputTokens', 'costNano'],
  });
  const toDate = createLocalDate(tz);
  const dates = new Map(report.steps.map((atMs) => [atMs, toDate(atMs)]));
  const used = report.rows.filter(({ requestCount }) => requestCount > 0);
  const newestFirst = used.toSorted((left, right) => right.at.getTime() - left.at.getTime());
  return {
    usage: newestFirst.map((row) => ({
      date: dates.get(row.at.getTime()) ?? '',
      accountId,
      domain: domain ?? 'all',
      model: row.group,
      totalInputTokens: row.inputTokens,
      totalOutputTokens: row.outputTokens,
      totalTokens: row.inputTokens + row.outputTokens,
      totalRequests: row.requestCount,
      costNano: row.costNano,
    })),
  };
}
