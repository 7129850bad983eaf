import type { OperationInput, OperationOutput } from '@nexus/contract';
import { loadUsageSeries, type UsagePoint } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Output tokens over the last hours, each point with the sum of the window that ends there. */
export async function getUsageSeries(
  context: Context,
  { accountId, window, interval, limit }: OperationInput<'usage.series'>,
): Promise<OperationOutput<'usage.series'>> {
  const toMs = context.clock();
  const windowMs = window * HOUR_MS;
  const points = await loadUsageSeries(requireStorage(context), {
    accountIds: [accountId],
    fromMs: toMs - windowMs,
    toMs,
    stepMs: interval * MINUTE_MS,
    windowMs,
  });
  return {
    accountId,
    windowHours: window,
    intervalMinutes: interval,
    tokenLimit: limit ?? null,
    timeSeries: points.map((point) => toPoint(point, limit)),
  };
}

/** What is left of a limit, where one was named. */
export function toLeft(used: number, limit: number | undefined) {
  if (limit === undefined) return { remaining: null, percentageUsed: null };
  return { remaining: Math.max(0, limit - used), percentageUsed: (used / limit) * 100 };
}

function toPoint({ at, outputTokens, windowTokens }: UsagePoint, limit: number | undefined) {
  return { time: at.toISOString(), outputTokens, cumulativeUsage: windowTokens, ...toLeft(windowTokens, limit) };
}
