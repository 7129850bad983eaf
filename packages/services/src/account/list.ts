import type { OperationOutput } from '@nexus/contract';
import { listAccountTraffic } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireAccounts } from './require-accounts.ts';
import { toAccountSummary } from './to-account-summary.ts';

/** All accounts in the order of their names; with the database away, without what they did today. */
export async function listAccountSummaries(context: Context): Promise<OperationOutput<'account.list'>> {
  const { directory } = requireAccounts(context);
  const traffic = await loadTrafficOfToday(context);
  const requestsOfAll = [...(traffic?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const accounts = directory
    .list()
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
    .map((account) =>
      toAccountSummary(account, traffic === null ? null : { requests: traffic.get(account.id) ?? 0, requestsOfAll }),
    );
  return { accounts };
}

const DAY_MS = 86_400_000;

/** Requests by account since midnight UTC; null while the database is away. */
async function loadTrafficOfToday({ storage, clock }: Context): Promise<ReadonlyMap<string, number> | null> {
  if (storage === null) return null;
  const nowMs = clock();
  // What accounts are doing must be seen also when the database cannot be.
  const rows = await listAccountTraffic(storage, { sinceMs: nowMs - (nowMs % DAY_MS) }).catch(() => null);
  return rows === null ? null : new Map(rows.map(({ accountId, requestCount }) => [accountId, requestCount]));
}
