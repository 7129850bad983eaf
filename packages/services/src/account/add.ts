import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { toDomainName } from '../domain/to-domain-name.ts';
import type { NewAccount } from './account-files.ts';
import { noteChange } from './note-change.ts';
import { requireAccounts } from './require-accounts.ts';

/** Adds an account with an API key to the credential file of a domain, which is made where there is none. */
export async function addAccount(
  context: Context,
  { apiKey, keptIn, ...input }: OperationInput<'account.add'>,
): Promise<OperationOutput<'account.add'>> {
  const account = toNewAccount(input);
  await requireAccounts(context).files.addKey(account, apiKey, keptIn);
  const { accountId, domain } = account;
  await noteChange(context, { verb: 'add', accountId, domain });
  return { accountId, domain };
}

/** @throws {GatewayError} `field-invalid` where the domain is no host name. */
export function toNewAccount(input: {
  readonly domain: string;
  readonly accountId: string;
  readonly name?: string | undefined;
}): NewAccount {
  const domain = toDomainName(input.domain);
  if (domain === null) throw new GatewayError('field-invalid', { publicMessage: '`domain` is not a host name.' });
  return { domain, accountId: input.accountId, name: input.name ?? null };
}
