import {
  type Storage,
  claimAccountTurns,
  forgetSharedStates,
  loadSharedStates,
  saveSharedStates,
} from '@nexus/storage';
import type { ShareStore } from './share-store.ts';

/** `processId` is a UUID. */
export function createPostgresStore(storage: Storage, processId: string): ShareStore {
  return {
    load: async (kind, sinceMs) => {
      const { states, changedAtMs } = await loadSharedStates(storage, { kind, sinceMs, reader: processId });
      return { states, since: changedAtMs ?? 0, hasForgotten: false };
    },
    save: (kind, states) => saveSharedStates(storage, { kind, states, changedBy: processId }),
    claimTurns: (pool, count) => claimAccountTurns(storage, pool, count),
    forget: (kind, ageMs) => forgetSharedStates(storage, kind, ageMs / 1_000),
  };
}
