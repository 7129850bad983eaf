import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { loadReport } from './load-report.ts';

const DAY_MS = 86_400_000;

/** Requests in each hour, by domain. */
export function listHourlyRequests(
  context: Context,
  input: OperationInput<'usage.requests'>,
): Promise<OperationOutput<'usage.requests'>> {
  return listHours(context, input, 'requestCount');
}

/** Output tokens in each hour, by domain. */
export function listHourlyTokens(
  context: Context,
  input: OperationInput<'usage.tokens'>,
): Promise<OperationOutput<'usage.tokens'>> {
  return listHours(context, input, 'outputTokens');
}

async function listHours(
  context: Context,
  { domain, days }: OperationInput<'usage.requests'>,
  name: 'requestCount' | 'outputTokens',
): Promise<OperationOutput<'usage.requests'>> {
  const toMs = context.clock();
  const { rows } = await loadReport(context, {
    fromMs: toMs - days * DAY_MS,
    toMs,
    step: 'hour',
    by: 'domain',
    filter: { domain },
    sums: [name],
  });
  const hours = rows.flatMap(({ at, group, [name]: count }) =>
    count > 0 ? [{ domain: group ?? '', hour: { hour: at.toISOString(), count } }] : [],
  );
  const byDomain = Map.groupBy(hours, (one) => one.domain);
  const data = Object.fromEntries([...byDomain].map(([of, used]) => [of, used.map(({ hour }) => hour)]));
  return { data, query: { domain: domain ?? null, days } };
}
