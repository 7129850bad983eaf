import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { UsageReportRow } from '@nexus/storage';
import type { Context } from '../context.ts';
import { loadReport } from './load-report.ts';

const DAY_MS = 86_400_000;

/** Requests in each hour, by domain. */
export function listHourlyRequests(
  context: Context,
  input: OperationInput<'usage.requests'>,
): Promise<OperationOutput<'usage.requests'>> {
  return listHours(context, input, (row) => row.requestCount);
}

/** Output tokens in each hour, by domain. */
export function listHourlyTokens(
  context: Context,
  input: OperationInput<'usage.tokens'>,
): Promise<OperationOutput<'usage.tokens'>> {
  return listHours(context, input, (row) => row.outputTokens);
}

async function listHours(
  context: Context,
  { domain, days }: OperationInput<'usage.requests'>,
  count: (row: UsageReportRow) => number,
): Promise<OperationOutput<'usage.requests'>> {
  const toMs = context.clock();
  const { rows } = await loadReport(context, {
    fromMs: toMs - days * DAY_MS,
    toMs,
    step: 'hour',
    by: 'domain',
    filter: { domain },
  });
  const used = rows.filter((row) => count(row) > 0);
  const byDomain = Map.groupBy(used, ({ group }) => group ?? '');
  const data = Object.fromEntries(
    [...byDomain].map(([name, hours]) => [
      name,
      hours.map((row) => ({ hour: row.at.toISOString(), count: count(row) })),
    ]),
  );
  return { data, query: { domain: domain ?? null, days } };
}
