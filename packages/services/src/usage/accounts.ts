import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listUsageAccounts, loadUsageSeries } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toLeft } from './series.ts';

const WINDOW_MS = 5 * 3_600_000;
const QUARTER_MS = 15 * 60_000;
/** Each gets a small series of its own; further ones are counted and not told. */
const ACCOUNTS_MAX = 100;

type AccountRow = OperationOutput<'usage.accounts'>['accounts'][number];

/** Accounts that were used in the last five hours, the busiest first. */
export async function listAccountUsage(
  context: Context,
  { limit }: OperationInput<'usage.accounts'>,
): Promise<OperationOutput<'usage.accounts'>> {
  const storage = requireStorage(context);
  const toMs = context.clock();
  const range = { fromMs: toMs - WINDOW_MS, toMs };
  const byAccount = Map.groupBy(await listUsageAccounts(storage, range), ({ accountId }) => accountId);
  const accountIds = [...byAccount.keys()].slice(0, ACCOUNTS_MAX);
  const points = await loadUsageSeries(storage, { ...range, accountIds, stepMs: QUARTER_MS, windowMs: WINDOW_MS });
  const pointsByAccount = Map.groupBy(points, ({ accountId }) => accountId);
  const accounts: AccountRow[] = [];
  for (const accountId of accountIds) {
    const rows = byAccount.get(accountId) ?? [];
    const sum = (pick: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + pick(row), 0);
    const outputTokens = sum((row) => row.outputTokens);
    const { remaining, percentageUsed } = toLeft(outputTokens, limit);
    accounts.push({
      accountId,
      outputTokens,
      inputTokens: sum((row) => row.inputTokens),
      requestCount: sum((row) => row.requestCount),
      costNano: sum((row) => row.costNano),
      lastRequestTime: new Date(Math.max(...rows.map(({ lastAt }) => lastAt.getTime()))).toISOString(),
      remainingTokens: remaining,
      percentageUsed,
      domains: rows.map((row) => ({
        domain: row.domain,
        outputTokens: row.outputTokens,
        requests: row.requestCount,
      })),
      miniSeries: (pointsByAccount.get(accountId) ?? []).map((point) => ({
        time: point.at.toISOString(),
        outputTokens: point.outputTokens,
        remaining: toLeft(point.windowTokens, limit).remaining,
      })),
    });
  }
  return { accounts, accountCount: byAccount.size, tokenLimit: limit ?? null };
}
