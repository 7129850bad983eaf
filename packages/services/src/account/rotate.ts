import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { noteChange } from './note-change.ts';
import { requireAccount, requireAccounts } from './require-accounts.ts';

/** Longest that a person waits for the new token. */
const ROTATE_MS_MAX = 40_000;

/** Takes a new token for an account now. */
export async function rotateAccount(
  context: Context,
  { accountId }: OperationInput<'account.rotate'>,
): Promise<OperationOutput<'account.rotate'>> {
  const { directory } = requireAccounts(context);
  const rotated = requireAccount(await directory.rotate(accountId, AbortSignal.timeout(ROTATE_MS_MAX)), accountId);
  await noteChange(context, { verb: 'rotate', accountId });
  return { accountId, ...rotated };
}
