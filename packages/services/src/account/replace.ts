import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { noteChange } from './note-change.ts';
import { refuseCommands } from './refuse-commands.ts';
import { requireAccounts } from './require-accounts.ts';

/** Gives an account another credential; its share, its upstream and its history stay. */
export async function replaceAccountCredential(
  context: Context,
  { accountId, credential, keptIn }: OperationInput<'account.replace'>,
): Promise<OperationOutput<'account.replace'>> {
  refuseCommands(credential);
  const domains = await requireAccounts(context).files.replace(accountId, { credential, keptIn });
  if (domains.length === 0) throw new GatewayError('account-unknown', { detail: { accountId } });
  await noteChange(context, { verb: 'replace', accountId, detail: { kind: credential.type, keptIn } });
  return { accountId, domains: [...domains] };
}
