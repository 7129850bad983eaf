import { insertAudit } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';

/**
 * Keeps who changed an account. The change stands in a file or in the gateway and not in the database, so it cannot be one
 * transaction with it; and with the database away an account must still be paused. The log has the line either way.
 */
export async function noteChange(
  context: Context,
  change: { readonly verb: string; readonly accountId: string; readonly domain?: string },
): Promise<void> {
  if (context.storage === null) return;
  const { verb, accountId, domain = null } = change;
  const entry = toAuditEntry(context, { verb, noun: 'account', nounId: accountId, domain });
  await insertAudit(context.storage.pool, entry).catch(() => {});
}
