import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { revokeKey } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

/** Revokes a key; revoking it again changes nothing and tells when it was first. */
export async function revokeClientKey(
  context: Context,
  { keyId }: OperationInput<'key.revoke'>,
): Promise<OperationOutput<'key.revoke'>> {
  const nowMs = context.clock();
  const key = await revokeKey(requireStorage(context), {
    keyId,
    revokedAtMs: nowMs,
    audit: toAuditEntry(context, { verb: 'revoke', noun: 'key', nounId: keyId }),
  });
  if (key === null) throw new GatewayError('key-absent', { detail: { keyId } });
  return { keyId, revokedAt: new Date(key.revokedAtMs ?? nowMs).toISOString() };
}
