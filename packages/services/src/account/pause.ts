import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { noteChange } from './note-change.ts';
import { requireAccount, requireAccounts } from './require-accounts.ts';
import { toAccountSummary } from './to-account-summary.ts';

/** Takes an account out of its pools until it is resumed. */
export async function pauseAccount(
  context: Context,
  { accountId }: OperationInput<'account.pause'>,
): Promise<OperationOutput<'account.pause'>> {
  const paused = requireAccount(await requireAccounts(context).directory.pause(accountId), accountId);
  await noteChange(context, { verb: 'pause', accountId });
  return toAccountSummary(paused, null);
}
