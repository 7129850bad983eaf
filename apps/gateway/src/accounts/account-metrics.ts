import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';
import type { Account } from './account.ts';
import type { AccountBook } from './account-book.ts';
import { toAccountLabel } from './account-label.ts';
import { type AccountState, toAccountState } from './account-status.ts';

/** States that an account can be shown in. */
const STATES: readonly AccountState[] = [
  'healthy',
  'resting',
  'probing',
  'auth-failed',
  'paused',
  'disabled',
  'invalid',
];

/** More accounts than this have no series of their own. */
const ACCOUNTS_MAX = 200;

/** How many accounts there are, how each of them is, and what is left of its limits: what an alert needs to know. */
export function addAccountMetrics(metrics: Metrics, book: AccountBook): void {
  const list = (): readonly Account[] => book.list().slice(0, ACCOUNTS_MAX);
  metrics.gauge(toMetric('nexus_accounts'), () => book.list().length);
  metrics.gauge(toMetric('nexus_accounts_away'), () => book.list().filter((account) => !isThere(account)).length);
  metrics.gauges(toMetric('nexus_credential_state'), () =>
    list().flatMap((account) => {
      const now = toAccountState(account);
      return STATES.map((state) => [[toAccountLabel(account.id), state], state === now ? 1 : 0] as const);
    }),
  );
  metrics.gauges(toMetric('nexus_window_utilisation_ratio'), () =>
    list().flatMap((account) => listWindows(account, ({ usedShare }) => usedShare)),
  );
  metrics.gauges(toMetric('nexus_window_reset_timestamp_seconds'), () =>
    list().flatMap((account) =>
      listWindows(account, ({ resetsAtMs }) => (resetsAtMs === null ? null : resetsAtMs / 1_000)),
    ),
  );
  const cooldowns = metrics.counters(toMetric('nexus_credential_cooldowns_total'));
  book.onChange(({ account: { state }, before }) => {
    if (state.health.kind === 'resting' && state.health !== before.health) cooldowns.add([state.health.because], 1);
  });
}

type Window = Account['state']['windows'][number];

function listWindows({ id, state }: Account, read: (window: Window) => number | null) {
  return state.windows.flatMap((window) => {
    const value = read(window);
    return value === null ? [] : [[[toAccountLabel(id), window.name], value] as const];
  });
}

function isThere({ state, upstream }: Account): boolean {
  return state.health.kind === 'healthy' && upstream.state.health.kind === 'healthy';
}
