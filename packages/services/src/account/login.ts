import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { toNewAccount } from './add.ts';
import { noteChange } from './note-change.ts';
import { requireAccounts } from './require-accounts.ts';

/** Exchanges the code of a login and keeps its tokens in the credential file of a domain. */
export async function loginAccount(
  context: Context,
  { code, state, verifier, ...input }: OperationInput<'account.login'>,
): Promise<OperationOutput<'account.login'>> {
  const account = toNewAccount(input);
  await requireAccounts(context).files.login(account, { code, state, verifier });
  const { accountId, domain } = account;
  await noteChange(context, { verb: 'login', accountId, domain });
  return { accountId, domain };
}
