import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listWarnings, loadUsageSeries } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Output tokens of the window that ends at each step, over days. */
export async function getSlidingUsage(
  context: Context,
  { accountId, days, bucketMinutes, windowHours }: OperationInput<'usage.sliding'>,
): Promise<OperationOutput<'usage.sliding'>> {
  const storage = requireStorage(context);
  const toMs = context.clock();
  const range = { fromMs: toMs - days * DAY_MS, toMs };
  const windowMs = windowHours * HOUR_MS;
  const stepMs = bucketMinutes * MINUTE_MS;
  const [points, warnings] = await Promise.all([
    loadUsageSeries(storage, { ...range, accountIds: [accountId], stepMs, windowMs }),
    listWarnings(storage, { accountId, sinceMs: range.fromMs - windowMs }),
  ]);
  const isWarned = createWarningLookup(warnings, windowMs);
  return {
    accountId,
    params: { days, bucketMinutes, windowHours },
    data: points.map(({ at, windowTokens }) => ({
      time_bucket: at.toISOString(),
      sliding_window_tokens: windowTokens,
      rate_limit_warning_in_window: isWarned(at.getTime() + stepMs),
    })),
  };
}

/** Whether there was a warning in the window that ends at an instant; instants are asked for in ascending order, as warnings are. */
function createWarningLookup(warnings: readonly number[], windowMs: number): (endMs: number) => boolean {
  let next = 0;
  return (endMs) => {
    while ((warnings[next] ?? endMs) < endMs) next += 1;
    return (warnings[next - 1] ?? -Infinity) >= endMs - windowMs;
  };
}
