import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { type ClientKey, createKey } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { toDomainName } from '../domain/to-domain-name.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { hashClientKey, makeClientKey, toKeyHint } from './client-key.ts';
import { requireKeyScopes } from './require-key-scopes.ts';

/** Makes a key. It is in this answer and nowhere else: what is stored is its hash. */
export async function createClientKey(
  context: Context,
  input: OperationInput<'key.create'>,
): Promise<OperationOutput<'key.create'>> {
  const nowMs = context.clock();
  const expiresAtMs = input.expiresAt === undefined ? null : Date.parse(input.expiresAt);
  if (expiresAtMs !== null && expiresAtMs <= nowMs) throw toFieldError('expiresAt: must be in the future');
  const domain = input.domain === undefined ? null : requireDomainName(input.domain);
  const scopes = [...new Set(input.scopes)];
  requireKeyScopes(context, scopes);
  // Our API knows no domains: such a key would read what passed through all of them.
  if (domain !== null && scopes.some((scope) => scope !== 'proxy')) {
    throw toFieldError('scopes: a key for one domain can have the scope proxy only');
  }

  const key = makeClientKey();
  const keyId = context.newId();
  const { name, owner = null, project = null, limits = null, allowSameName: allowsSameName = false } = input;
  const same = await createKey(
    requireStorage(context),
    {
      keyId,
      name,
      domain,
      owner,
      project,
      labels: [...new Set(input.labels)],
      scopes,
      hash: hashClientKey(key, context.apiKeySalt),
      hint: toKeyHint(key),
      createdAtMs: nowMs,
      expiresAtMs,
      limits,
      allowsSameName,
    },
    toAuditEntry(context, { verb: 'create', noun: 'key', nounId: keyId, domain, detail: { name } }),
  );
  if (same !== null) throw toExistsError(same);
  return { keyId, name, domain, key };
}

function toExistsError({ keyId, name, domain, hint, createdAtMs }: ClientKey): GatewayError {
  const opens = domain === null ? 'every domain' : domain;
  const made = toInstant(createdAtMs).slice(0, 10);
  return new GatewayError('key-exists', {
    publicMessage: `A key called ${name} works for ${opens} already: ${hint}…, made ${made}.`,
    detail: { keyId },
  });
}

function requireDomainName(text: string): string {
  const domain = toDomainName(text);
  if (domain !== null) return domain;
  throw toFieldError('domain: must be a host name without port, such as team.example.com');
}

function toFieldError(publicMessage: string): GatewayError {
  return new GatewayError('field-invalid', { publicMessage });
}
