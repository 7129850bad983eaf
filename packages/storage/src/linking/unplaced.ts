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
  const byKey = new Map<string, Fingerprint[]>();
  return {
    all,
    add(fingerprint) {
      all.push(fingerprint);
      for (const key of toSharedKeys(fingerprint)) byKey.set(key, [...(byKey.get(key) ?? []), fingerprint]);
    },
    hasNeighbour(fingerprint) {
      if (all.length === 0) return false;
      const near = new Set(toSharedKeys(fingerprint).flatMap((key) => byKey.get(key) ?? []));
      if (near.size > LOOKED_AT_MAX) return true;
      return [...near].some((other) => areNeighbours(fingerprint, other));
    },
  };
}

/** Two requests that share none of these have nothing to do with each other. */
function toSharedKeys(fingerprint: Fingerprint): string[] {
  const { domain, sessionId, promptHash, agentCalls, summariesRead, summariesWritten, chain } = fingerprint;
  const shared = new Set<string>();
  if (sessionId !== null) shared.add(`session ${sessionId}`);
  if (promptHash !== null) shared.add(`prompt ${promptHash}`);
  for (const call of agentCalls) shared.add(`prompt ${call.promptHash}`);
  for (const probe of [...summariesRead, ...summariesWritten]) shared.add(`summary ${probe}`);
  for (const { end } of chain?.steps ?? []) shared.add(`end ${end}`);
  return [...shared].map((key) => `${domain} ${key}`);
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
