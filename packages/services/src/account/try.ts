import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { refuseCommands } from './refuse-commands.ts';
import { requireAccounts } from './require-accounts.ts';

/** Longest that a person waits: a token may have to be made first. */
const TRY_MS_MAX = 30_000;

/** One cheap call with a credential that somebody is about to add. Nothing of it is kept. */
export async function tryCredential(
  context: Context,
  given: OperationInput<'account.try'>,
): Promise<OperationOutput<'account.try'>> {
  refuseCommands(given.credential);
  return requireAccounts(context).files.test(given, AbortSignal.timeout(TRY_MS_MAX));
}
