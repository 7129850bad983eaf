import {
  type Storage,
  claimAccountTurns,
  forgetSharedStates,
  loadSharedStates,
  saveSharedStates,
} from '@nexus/storage';
import type { ShareStore } from './share-store.ts';

/** The store for one look: all kinds are read by one question, and have one instant up to which they were read. */
export function createPostgresStore(storage: Storage, processId: string): ShareStore {
  let reading: ReturnType<typeof loadSharedStates> | null = null;
  return {
    load: async (kind, sinceMs) => {
      reading ??= loadSharedStates(storage, { sinceMs, reader: processId });
      const { states, changedAtMs } = await reading;
      return { states: states.filter((each) => each.kind === kind), since: changedAtMs ?? 0, hasForgotten: false };
    },
    save: (kind, states) => saveSharedStates(storage, { kind, states, changedBy: processId }),
    // It never says that it has forgotten.
    restore: () => Promise.resolve(),
    claimTurns: (pool, count) => claimAccountTurns(storage, pool, count),
    forget: (kind, ageMs) => forgetSharedStates(storage, kind, ageMs / 1_000),
  };
}
