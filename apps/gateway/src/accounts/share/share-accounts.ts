import { type HealthState, toOpenMs } from '@nexus/core';
import type { Account } from '../account.ts';
import type { AccountBook } from '../account-book.ts';
import { HealthStateShape } from './health-shape.ts';
import type { Adopting, SharedThings } from './shared-things.ts';

/** What an account's windows say changes with each answer; others need to know it only roughly. */
const WINDOWS_SHARED_MS = 5_000;

/** How accounts are: whether they rest and until when, who paused them, what their windows said last. */
export function shareAccounts(book: AccountBook, clock: () => number): SharedThings {
  /** When windows were last told, by account. */
  const windowsMs = new Map<string, number>();
  /** Resumed here by a person, who knew of the pause: it no longer counts, though others may still tell of it. */
  const resumed = new Set<string>();

  function isWorthTelling({ id, state }: Account, before: HealthState): boolean {
    if (state.health !== before.health || state.modelRests !== before.modelRests) return true;
    if (state.windows === before.windows) return false;
    const nowMs = clock();
    if (nowMs - (windowsMs.get(id) ?? -Infinity) < WINDOWS_SHARED_MS) return false;
    windowsMs.set(id, nowMs);
    return true;
  }

  return {
    kind: 'account',
    read: (id) => book.find(id)?.state ?? null,
    adopt: (id, state, how) => {
      const account = book.find(id);
      if (account === null) return false;
      if (!how.isOwnNewer) resumed.delete(id);
      if (resumed.has(id)) return true;
      const { success, data } = HealthStateShape.safeParse(state);
      if (success && mayAdopt(account, data, { ...how, nowMs: clock() })) book.adopt(account, data);
      return true;
    },
    list: () => {
      const unwell = book.list().filter(({ state }) => state.health.kind !== 'healthy' || state.modelRests.length > 0);
      return unwell.map(({ id }) => id);
    },
    onFound: (listener) =>
      book.onChange(({ account, before }) => {
        if (before.health.kind === 'paused') resumed.add(account.id);
        else if (account.state.health.kind === 'paused') resumed.delete(account.id);
        if (isWorthTelling(account, before)) listener(account.id);
      }),
  };
}

/** What files say is not learnt from others; what a process before this one found out may have been mended since. */
function mayAdopt(
  account: Account,
  state: HealthState,
  { isFirst, isOwnNewer, nowMs }: Adopting & { readonly nowMs: number },
): boolean {
  if (account.state.health.kind === 'disabled' || state.health.kind === 'disabled') return false;
  if (state.health.kind === 'paused') return true;
  if (isOwnNewer) return false;
  return !isFirst || (state.health.kind === 'resting' && toOpenMs({ ...account, state }, null) > nowMs);
}
