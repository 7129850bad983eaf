import { insertAudit } from '@nexus/storage';
import { type Change, toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';

/**
 * Keeps who changed an account. The change stands in a file or in the gateway and not in the database, so it cannot be one
 * transaction with it; and with the database away an account must still be paused. The log has the line either way.
 */
export async function noteChange(
  context: Context,
  change: Pick<Change, 'verb' | 'domain' | 'detail'> & { readonly accountId: string },
): Promise<void> {
  if (context.storage === null) return;
  const { accountId, ...same } = change;
  const entry = toAuditEntry(context, { ...same, noun: 'account', nounId: accountId });
  await insertAudit(context.storage.pool, entry).catch(() => {});
}
