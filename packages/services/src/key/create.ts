import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { createKey } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { toDomainName } from '../domain/to-domain-name.ts';
import { requireStorage } from '../require-storage.ts';
import { hashClientKey, makeClientKey, toKeyHint } from './client-key.ts';

/** Makes a key. It is in this answer and nowhere else: what is stored is its hash. */
export async function createClientKey(
  context: Context,
  input: OperationInput<'key.create'>,
): Promise<OperationOutput<'key.create'>> {
  const nowMs = context.clock();
  const expiresAtMs = input.expiresAt === undefined ? null : Date.parse(input.expiresAt);
  if (expiresAtMs !== null && expiresAtMs <= nowMs) {
    throw new GatewayError('field-invalid', { publicMessage: 'expiresAt: must be in the future' });
  }
  const domain = input.domain === undefined ? null : requireDomainName(input.domain);

  const key = makeClientKey();
  const keyId = context.newId();
  await createKey(
    requireStorage(context),
    {
      keyId,
      name: input.name,
      domain,
      hash: hashClientKey(key, context.apiKeySalt),
      hint: toKeyHint(key),
      createdAtMs: nowMs,
      expiresAtMs,
    },
    toAuditEntry(context, { verb: 'create', noun: 'key', nounId: keyId, domain, detail: { name: input.name } }),
  );
  return { keyId, name: input.name, domain, key };
}

function requireDomainName(text: string): string {
  const domain = toDomainName(text);
  if (domain !== null) return domain;
  throw new GatewayError('field-invalid', {
    publicMessage: 'domain: must be a host name without port, such as team.example.com',
  });
}
