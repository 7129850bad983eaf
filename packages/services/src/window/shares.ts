import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listWindowShares } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

const HOUR_MS = 3_600_000;

/** Who used an account in its last hours, and what part of all. */
export async function listWindowSharers(
  context: Context,
  { accountId, hours, by, limit }: OperationInput<'window.shares'>,
): Promise<OperationOutput<'window.shares'>> {
  const toMs = context.clock();
  const fromMs = toMs - hours * HOUR_MS;
  const found = await listWindowShares(requireStorage(context), { accountId, fromMs, toMs, by, limit });
  return {
    totalWeight: found[0]?.totalWeight ?? 0,
    shares: found.map(({ id, weight, totalWeight, requestCount, totalTokens, costNano, unpricedCount, lastAt }) => ({
      id,
      share: totalWeight === 0 ? 0 : weight / totalWeight,
      weight,
      requestCount,
      totalTokens,
      costNano,
      unpricedCount,
      lastAt: lastAt.toISOString(),
    })),
  };
}
