import type { Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';

/** Does something with the database; null where there is none, or it failed. */
export type AttemptStorage = <T>(work: (open: Storage) => Promise<T>) => Promise<T | null>;

/** Tells of a failure once, until something works again. */
export function createAttempt(storage: () => Storage | null, log: Logger): AttemptStorage {
  let isFailing = false;
  return async (work) => {
    const open = storage();
    if (open === null) return null;
    try {
      const result = await work(open);
      isFailing = false;
      return result;
    } catch (error) {
      if (!isFailing) log.warn({ error }, 'budgets cannot be kept; they are settled once the database is back');
      isFailing = true;
      return null;
    }
  };
}
