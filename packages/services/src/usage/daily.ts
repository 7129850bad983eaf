import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { loadReport } from './load-report.ts';
import { toLocalDate } from './to-local-date.ts';

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
  const usage = report.rows.flatMap((row) =>
    row.requestCount === 0
      ? []
      : [
          {
            date: toLocalDate(row.at.getTime(), tz),
            accountId,
            domain: domain ?? 'all',
            model: row.group,
            totalInputTokens: row.inputTokens,
            totalOutputTokens: row.outputTokens,
            totalTokens: row.inputTokens + row.outputTokens,
            totalRequests: row.requestCount,
            costNano: row.costNano,
          },
        ],
  );
  return { usage: usage.toSorted((left, right) => right.date.localeCompare(left.date)) };
}
