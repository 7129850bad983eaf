import type { Metrics } from '@nexus/telemetry';
import type { Account } from './account.ts';
import type { AccountBook } from './account-book.ts';

/** How many accounts there are, and how many of them take no requests: what an alert needs to know. */
export function addAccountMetrics(metrics: Metrics, book: AccountBook): void {
  metrics.gauge({ name: 'nexus_accounts', help: 'Accounts in credential files.' }, () => book.list().length);
  metrics.gauge(
    { name: 'nexus_accounts_away', help: 'Accounts that rest, are refused, paused or switched off.' },
    () => book.list().filter((account) => !isThere(account)).length,
  );
}

function isThere({ state, upstream }: Account): boolean {
  return state.health.kind === 'healthy' && upstream.state.health.kind === 'healthy';
}
