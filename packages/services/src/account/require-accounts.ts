import { GatewayError } from '@nexus/contract';
import type { Context } from '../context.ts';
import type { AccountDirectory } from './account-directory.ts';
import type { AccountFiles } from './account-files.ts';

/** The accounts of this process. The API alone performs these operations, and it always has them. */
export function requireAccounts({ accounts }: Context): {
  readonly directory: AccountDirectory;
  readonly files: AccountFiles;
} {
  if (accounts === undefined) throw new Error('accounts live in the process of the gateway');
  return accounts;
}

/** @throws {GatewayError} `account-unknown`. */
export function requireAccount<T extends object>(found: T | null, accountId: string): T {
  if (found === null) throw new GatewayError('account-unknown', { detail: { accountId } });
  return found;
}
