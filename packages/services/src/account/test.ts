import type { OperationInput, OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { requireAccount, requireAccounts } from './require-accounts.ts';

/** Longest that a person waits for the answer. */
const TEST_MS_MAX = 30_000;

/** One cheap call with an account. */
export async function testAccount(
  context: Context,
  { accountId }: OperationInput<'account.test'>,
): Promise<OperationOutput<'account.test'>> {
  const { directory } = requireAccounts(context);
  const tested = requireAccount(await directory.test(accountId, AbortSignal.timeout(TEST_MS_MAX)), accountId);
  return { accountId, ...tested };
}
