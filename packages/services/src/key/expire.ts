import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { expireKey } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toKeySummary } from './to-key-summary.ts';

/** Sets when a key ends. A revoked key stays revoked. */
export async function expireClientKey(
  context: Context,
  { keyId, expiresAt }: OperationInput<'key.expire'>,
): Promise<OperationOutput<'key.expire'>> {
  const key = await expireKey(requireStorage(context), {
    keyId,
    expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt),
    audit: toAuditEntry(context, { verb: 'expire', noun: 'key', nounId: keyId, detail: { expiresAt } }),
  });
  if (key === null) throw new GatewayError('key-absent', { detail: { keyId } });
  return toKeySummary(key);
}
