import { GatewayError } from '@nexus/contract';
import type { AccountChoice } from '@nexus/core';
import type { Account } from '../accounts/account.ts';

/** Why no account of the pool was asked, in words that say what to do. */
export function toNobodyError(
  choice: Exclude<AccountChoice<Account>, { kind: 'chosen' }>,
  members: readonly Account[],
  nowMs: number,
): GatewayError {
  switch (choice.kind) {
    case 'resting': {
      const retryAfterS = Math.max(1, Math.ceil((choice.opensAtMs - nowMs) / 1_000));
      return new GatewayError('accounts-resting', {
        publicMessage: `Every Claude account of this domain is resting. The first is back in ${retryAfterS} s.`,
        detail: { retryAfterS, accounts: members.length },
      });
    }
    case 'unavailable':
      return new GatewayError('accounts-unavailable', { detail: { accounts: members.length } });
    case 'model-not-served':
      return new GatewayError('model-not-served');
    default:
      return choice satisfies never;
  }
}
