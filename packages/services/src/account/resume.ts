import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { noteChange } from './note-change.ts';
import { requireAccount, requireAccounts } from './require-accounts.ts';
import { toAccountSummary } from './to-account-summary.ts';

/** Puts an account back into its pools; the next request tries it. */
export async function resumeAccount(
  context: Context,
  { accountId }: OperationInput<'account.resume'>,
): Promise<OperationOutput<'account.resume'>> {
  const resumed = requireAccount(await requireAccounts(context).directory.resume(accountId), accountId);
  await noteChange(context, { verb: 'resume', accountId });
  return toAccountSummary(resumed, null);
}
