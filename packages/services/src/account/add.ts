import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { toDomainName } from '../domain/to-domain-name.ts';
import type { NewAccount } from './account-files.ts';
import { noteChange } from './note-change.ts';
import { refuseCommands } from './refuse-commands.ts';
import { requireAccounts } from './require-accounts.ts';

/** Adds an account to the credential file of a domain, which is made where there is none. */
export async function addAccount(
  context: Context,
  { domain: written, accountId, name, credential, keptIn, ...options }: OperationInput<'account.add'>,
): Promise<OperationOutput<'account.add'>> {
  const account = toNewAccount({ domain: written, accountId, name });
  refuseCommands(credential);
  await requireAccounts(context).files.add(account, { credential, keptIn }, options);
  const { domain } = account;
  await noteChange(context, { verb: 'add', accountId, domain, detail: { kind: credential.type, keptIn } });
  return { accountId, domain };
}

/** @throws {GatewayError} `field-invalid` where the domain is no host name. */
export function toNewAccount(input: {
  readonly domain: string;
  readonly accountId: string;
  readonly name?: string | undefined;
}): NewAccount {
  return { domain: requireDomain(input.domain), accountId: input.accountId, name: input.name ?? null };
}

/** @throws {GatewayError} `field-invalid` where it is no host name; `*.` before it stands for every name below it. */
export function requireDomain(written: string): string {
  const domain = toDomainName(written);
  if (domain === null) throw new GatewayError('field-invalid', { publicMessage: '`domain` is not a host name.' });
  return domain;
}
