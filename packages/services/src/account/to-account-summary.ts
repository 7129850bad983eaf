import type { AccountSummary } from '@nexus/contract';
import { toInstant } from '../to-instant.ts';
import type { AccountStatus } from './account-directory.ts';

/** What an account did today, and what all of them did; null while the database is away. */
export interface Today {
  readonly requests: number;
  readonly requestsOfAll: number;
}

/** An account as the API gives it. */
export function toAccountSummary(account: AccountStatus, today: Today | null): AccountSummary {
  const { id, untilMs, windows, lastError, token, ...same } = account;
  return {
    ...same,
    accountId: id,
    until: toMaybeInstant(untilMs),
    windows: windows.map(({ name, utilisation, resetsAtMs }) => ({
      name,
      utilisation,
      resetsAt: toMaybeInstant(resetsAtMs),
    })),
    lastError: toProblem(lastError),
    token: {
      expiresAt: toMaybeInstant(token.expiresAtMs),
      lastMintedAt: toMaybeInstant(token.lastMintedAtMs),
      lastError: toProblem(token.lastError),
      refreshable: token.refreshable,
    },
    requestsToday: today?.requests ?? null,
    shareToday: today === null || today.requestsOfAll === 0 ? null : today.requests / today.requestsOfAll,
  };
}

function toMaybeInstant(atMs: number | null): string | null {
  return atMs === null ? null : toInstant(atMs);
}

function toProblem(problem: AccountStatus['lastError']): AccountSummary['lastError'] {
  return problem === null ? null : { at: toInstant(problem.atMs), because: problem.because };
}
