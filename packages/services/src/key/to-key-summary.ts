import type { KeySummary } from '@nexus/contract';
import type { ClientKey } from '@nexus/storage';
import { toInstant } from '../to-instant.ts';

/** A client key as the API shows it. */
export function toKeySummary(key: ClientKey): KeySummary {
  const { keyId, name, domain, owner, project, labels, scopes, hint } = key;
  return {
    keyId,
    name,
    domain,
    owner,
    project,
    labels,
    scopes,
    hint,
    createdAt: toInstant(key.createdAtMs),
    expiresAt: orNull(key.expiresAtMs),
    revokedAt: orNull(key.revokedAtMs),
    lastUsedAt: orNull(key.lastUsedAtMs),
    rotatedAt: orNull(key.rotatedAtMs),
    previousUntil: orNull(key.previousUntilMs),
  };
}

function orNull(atMs: number | null): string | null {
  return atMs === null ? null : toInstant(atMs);
}
