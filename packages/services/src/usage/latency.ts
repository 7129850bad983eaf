import type { OperationInput, OperationOutput } from '@nexus/contract';
import { findPercentile } from '@nexus/core';
import { loadUsageLatency } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toMs } from '../to-instant.ts';

const DAY_MS = 86_400_000;

/** Percentiles of the last day, or of a range widened to whole hours. */
export async function reportLatency(
  context: Context,
  { from, to, format: _format, ...filter }: OperationInput<'usage.latency'>,
): Promise<OperationOutput<'usage.latency'>> {
  const toTimeMs = toMs(to) ?? context.clock();
  const fromMs = toMs(from) ?? toTimeMs - DAY_MS;
  const found = await loadUsageLatency(requireStorage(context), { fromMs, toMs: toTimeMs, filter });
  return {
    models: found.map(({ model, requestCount, firstToken, duration }) => ({
      model,
      requestCount,
      firstTokenP50Ms: findPercentile(firstToken, 0.5),
      firstTokenP95Ms: findPercentile(firstToken, 0.95),
      firstTokenP99Ms: findPercentile(firstToken, 0.99),
      durationP50Ms: findPercentile(duration, 0.5),
      durationP95Ms: findPercentile(duration, 0.95),
      durationP99Ms: findPercentile(duration, 0.99),
    })),
  };
}
