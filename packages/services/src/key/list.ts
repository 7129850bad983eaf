import type { OperationOutput } from '@nexus/contract';
import { listKeys } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

/** Client keys without their secrets, newest first. */
export async function listClientKeys(context: Context): Promise<OperationOutput<'key.list'>> {
  const keys = await listKeys(requireStorage(context));
  return {
    keys: keys.map(({ createdAtMs, expiresAtMs, revokedAtMs, keyId, name, domain, hint }) => ({
      keyId,
      name,
      domain,
      hint,
      createdAt: new Date(createdAtMs).toISOString(),
      expiresAt: toInstant(expiresAtMs),
      revokedAt: toInstant(revokedAtMs),
    })),
  };
}

function toInstant(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
