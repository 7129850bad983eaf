import type { Month } from '../migrations/month.ts';

/** A written request that a later one of the same conversation and month can share its first slices with. */
export interface Base {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly keyframeId: string;
  /** Hashes of all its slices, joined. */
  readonly hashes: Buffer;
}

/** What the writer knows to be in the database. Forgetting costs a keyframe and some bytes, never a wrong record. */
export interface PayloadMemory {
  isWritten(place: PayloadMonth, hash: Buffer): boolean;
  bases(place: PayloadMonth): readonly Base[];
  /** How many requests hang on a keyframe, itself included. */
  groupSize(place: PayloadMonth, keyframeId: string): number;
  /** Called after the commit, and only with rows that were really inserted. */
  learn(place: PayloadMonth, base: Base): void;
  /** Forgets a payload of which something was deleted, unless it was told of that deletion before. */
  noteDeletion(payloadId: string, deletionId: string): void;
  clear(): void;
}

/** Slices and chains never cross a month, so that a month can be dropped. */
export interface PayloadMonth {
  readonly payloadId: string;
  readonly month: Month;
}

/** Branches and sub-agents take turns in one conversation; eight recent requests hold the right base nearly always. */
export const BASES_MAX = 8;

interface Entry {
  readonly written: Set<string>;
  readonly bases: Base[];
  readonly groups: Map<string, number>;
}

/** Remembers the most recently used conversations; `hashesMax` bounds the slices known (about 100 bytes each). */
export function createPayloadMemory(hashesMax: number): PayloadMemory {
  const entries = new Map<string, Entry>();
  const deletions = new Map<string, string>();
  let hashes = 0;

  function find(place: PayloadMonth): Entry | undefined {
    return entries.get(toKey(place));
  }

  /** The most recently used stands last. */
  function touch(place: PayloadMonth): Entry {
    const key = toKey(place);
    const entry = entries.get(key) ?? { written: new Set(), bases: [], groups: new Map() };
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  function forgetOldest(): void {
    for (const [key, entry] of entries) {
      if (hashes <= hashesMax || entries.size === 1) return;
      entries.delete(key);
      hashes -= toWeight(entry);
    }
  }

  return {
    isWritten: (place, hash) => find(place)?.written.has(hash.toString('latin1')) ?? false,
    bases: (place) => find(place)?.bases ?? [],
    groupSize: (place, keyframeId) => find(place)?.groups.get(keyframeId) ?? 0,
    learn(place, base) {
      const entry = touch(place);
      hashes -= toWeight(entry);
      for (let at = 0; at < base.hashes.byteLength; at += 16)
        entry.written.add(base.hashes.toString('latin1', at, at + 16));
      entry.bases.push(base);
      if (entry.bases.length > BASES_MAX) entry.bases.shift();
      entry.groups.set(base.keyframeId, (entry.groups.get(base.keyframeId) ?? 0) + 1);
      forgetGroups(entry);
      hashes += toWeight(entry);
      forgetOldest();
    },
    noteDeletion(payloadId, deletionId) {
      if (deletions.get(payloadId) === deletionId) return;
      deletions.set(payloadId, deletionId);
      for (const [key, entry] of entries) {
        if (!key.startsWith(`${payloadId}/`)) continue;
        entries.delete(key);
        hashes -= toWeight(entry);
      }
    },
    clear() {
      entries.clear();
      hashes = 0;
    },
  };
}

function toKey({ payloadId, month }: PayloadMonth): string {
  return `${payloadId}/${month}`;
}

/** Only groups that a remembered base belongs to can grow. */
function forgetGroups(entry: Entry): void {
  for (const id of entry.groups.keys()) {
    if (!entry.bases.some((base) => base.keyframeId === id)) entry.groups.delete(id);
  }
}

/** A joined list takes a sixth of what the same hashes take in a set; an entry has its own weight. */
function toWeight(entry: Entry): number {
  const joined = entry.bases.reduce((count, base) => count + base.hashes.byteLength / 16, 0);
  return entry.written.size + Math.ceil(joined / 6) + 8;
}
