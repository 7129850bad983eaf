import { type Fingerprint, isNeighbour, type Link, type Linked, toLinkKeys } from '@nexus/core';

/** Requests of a batch whose places are not known yet. */
export interface Unplaced {
  readonly all: readonly Fingerprint[];
  add(fingerprint: Fingerprint): void;
  /** Whether one of them may have to do with the place of `fingerprint`, or it with theirs. */
  hasNeighbour(fingerprint: Fingerprint): boolean;
}

/** Beyond so many that share something, the answer is yes. */
const LOOKED_AT_MAX = 32;

export function createUnplaced(): Unplaced {
  const all: Fingerprint[] = [];
  const sessions = new Set<string>();
  const byKey = new Map<string, Fingerprint[]>();
  return {
    all,
    add(fingerprint) {
      all.push(fingerprint);
      if (fingerprint.sessionId !== null) sessions.add(toSessionKey(fingerprint));
      for (const key of toSharedKeys(fingerprint)) {
        const sharing = byKey.get(key) ?? [];
        sharing.push(fingerprint);
        byKey.set(key, sharing);
      }
    },
    hasNeighbour(fingerprint) {
      if (all.length === 0) return false;
      if (fingerprint.sessionId !== null && sessions.has(toSessionKey(fingerprint))) return true;
      const near = new Set<Fingerprint>();
      for (const key of toSharedKeys(fingerprint)) {
        for (const other of byKey.get(key) ?? []) near.add(other);
        if (near.size > LOOKED_AT_MAX) return true;
      }
      return near.values().some((other) => areNeighbours(fingerprint, other));
    },
  };
}

function toSessionKey({ domain, sessionId }: Fingerprint): string {
  return `${domain} ${sessionId}`;
}

/** Two requests of different sessions that share none of these have nothing to do with each other. */
function toSharedKeys(fingerprint: Fingerprint): Set<string> {
  const { domain, promptHash, agentCalls, summariesRead, summariesWritten, chain } = fingerprint;
  const shared = new Set<string>();
  if (promptHash !== null) shared.add(`${domain} prompt ${promptHash}`);
  for (const call of agentCalls) shared.add(`${domain} prompt ${call.promptHash}`);
  for (const probe of [...summariesRead, ...summariesWritten]) shared.add(`${domain} summary ${probe}`);
  for (const { end } of chain?.steps ?? []) shared.add(`${domain} end ${end}`);
  return shared;
}

function areNeighbours(a: Fingerprint, b: Fingerprint): boolean {
  return isNeighbour(toLinkKeys(a), toBeginning(b)) || isNeighbour(toLinkKeys(b), toBeginning(a));
}

/** A request without a place may turn out to be a beginning, so it counts as one. */
function toBeginning(fingerprint: Fingerprint): Linked {
  const { requestId } = fingerprint;
  const link: Link = {
    requestId,
    conversationId: '',
    relation: 'root',
    parentRequestId: null,
    retryOf: null,
    launchedBy: null,
    branch: null,
    launchOrder: null,
    depth: 0,
    linkSource: 'none',
    because: '',
  };
  return { fingerprint, link };
}
