import type { OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { requireAccounts } from './require-accounts.ts';

/** The link with which a person begins a login. Nothing is kept: the caller brings the verifier back. */
export async function authorizeAccount(context: Context): Promise<OperationOutput<'account.authorize'>> {
  return requireAccounts(context).files.authorize();
}
