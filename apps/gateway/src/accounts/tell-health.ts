import type { LiveEvent } from '@nexus/contract';
import type { Health } from '@nexus/core';
import type { Account } from './account.ts';
import type { HealthChange } from './account-book.ts';
import { toAccountStatus } from './account-status.ts';

/** What people who watch are told of a change; null where they need not know. */
export function toHealthEvent({ account, before }: HealthChange): LiveEvent | null {
  const wasWell = isWell(before.health);
  const { health } = account.state;
  if (isWell(health)) {
    return wasWell ? null : { type: 'account-recovered', accountId: account.id, name: account.settings.name };
  }
  const restsAnew = health.kind === 'resting' || health.kind === 'auth-failed';
  if (!restsAnew || (health === before.health && !wasWell)) return null;
  const { because, untilMs } = toAccountStatus(account, []);
  return {
    type: 'account-rested',
    accountId: account.id,
    name: account.settings.name,
    state: health.kind,
    because: because ?? 'unknown',
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
  };
}

function isWell({ kind }: Health): boolean {
  return kind === 'healthy';
}

/** This long before its token ends, somebody should look after an account that cannot help itself. */
const EXPIRING_MS = 1_800_000;

/** Tells once for each token that nobody will renew. */
export function createExpiryTeller(
  tell: (event: LiveEvent) => void,
): (accounts: readonly Account[], nowMs: number) => void {
  const told = new Map<string, number>();
  return (accounts, nowMs) => {
    for (const { id, source, settings } of accounts) {
      const { expiresAtMs, refreshable, lastError } = source.state();
      if (expiresAtMs === null || (refreshable && lastError === null)) continue;
      if (expiresAtMs - nowMs > EXPIRING_MS || told.get(id) === expiresAtMs) continue;
      told.set(id, expiresAtMs);
      const because = lastError?.because ?? 'its token cannot be renewed without a person';
      tell({
        type: 'account-expiring',
        accountId: id,
        name: settings.name,
        expiresAt: new Date(expiresAtMs).toISOString(),
        because,
      });
    }
  };
}
