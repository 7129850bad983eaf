import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { findKey, rotateKey } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { hashClientKey, makeClientKey, toKeyHint } from './client-key.ts';
import { requireKeyScopes } from './require-key-scopes.ts';

/** Gives a key a new secret; the one so far stays good for `graceSeconds`, and any before it ends. */
export async function rotateClientKey(
  context: Context,
  { keyId, graceSeconds }: OperationInput<'key.rotate'>,
): Promise<OperationOutput<'key.rotate'>> {
  const storage = requireStorage(context);
  const found = await findKey(storage, keyId);
  if (found === null || found.revokedAtMs !== null) throw new GatewayError('key-absent', { detail: { keyId } });
  requireKeyScopes(context, found.scopes);
  const key = makeClientKey();
  const rotatedAtMs = context.clock();
  const previousUntilMs = rotatedAtMs + graceSeconds * 1_000;
  const rotated = await rotateKey(storage, {
    keyId,
    hash: hashClientKey(key, context.apiKeySalt),
    hint: toKeyHint(key),
    rotatedAtMs,
    previousUntilMs,
    audit: toAuditEntry(context, { verb: 'rotate', noun: 'key', nounId: keyId, detail: { graceSeconds } }),
  });
  if (rotated === null) throw new GatewayError('key-absent', { detail: { keyId } });
  return { keyId, name: rotated.name, key, previousUntil: toInstant(previousUntilMs) };
}
