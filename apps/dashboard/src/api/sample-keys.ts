import type { KeySummary } from '@nexus/contract';

/** A client key for tests; `changes` say what the test is about. */
export function sampleKey(changes: Partial<KeySummary> = {}): KeySummary {
  return {
    keyId: '0198c0de-0000-7000-8000-0000000000a1',
    name: 'laptop',
    domain: null,
    owner: null,
    project: null,
    labels: [],
    scopes: ['proxy'],
    hint: 'nx_live_abcd',
    createdAt: '2026-11-01T12:00:00.000Z',
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    rotatedAt: null,
    previousUntil: null,
    ...changes,
  };
}
