import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { requireDomain } from './add.ts';
import { noteChange } from './note-change.ts';
import { requireAccounts } from './require-accounts.ts';

/** Takes an account out of its files; what it answers now finishes. */
export async function removeAccount(
  context: Context,
  { accountId, domain }: OperationInput<'account.remove'>,
): Promise<OperationOutput<'account.remove'>> {
  const only = domain === undefined ? null : requireDomain(domain);
  const domains = await requireAccounts(context).files.remove(accountId, only);
  if (domains.length === 0) throw new GatewayError('account-unknown', { detail: { accountId } });
  await noteChange(context, { verb: 'remove', accountId, domain: only, detail: { domains: domains.join(' ') } });
  return { accountId, domains: [...domains] };
}
