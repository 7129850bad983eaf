import type { Readiness } from '@nexus/contract';
import { checkStorage } from '@nexus/services';
import type { ApiOptions } from './api.ts';

/** `/readyz` needs no key, so it must not be a way to make the database work: one look a second serves everybody. */
const LOOK_EVERY_MS = 1000;

/**
 * Whether this process takes exchanges. It is ready once the database was reached for the first time, and stays ready
 * when the database goes away: exchanges go on and are spooled, so taking the process out would only harm callers.
 */
export function createReadiness(options: ApiOptions): { load(): Promise<Readiness> } {
  let wasReached = false;
  let look: { readonly atMs: number; readonly database: Promise<Readiness['database']> } | null = null;

  async function lookAtDatabase(): Promise<Readiness['database']> {
    const storage = options.storage();
    if (storage === null) return wasReached ? 'away' : 'starting';
    const reachable = await checkStorage(storage);
    wasReached ||= reachable;
    if (reachable) return 'ok';
    return wasReached ? 'away' : 'starting';
  }

  return {
    async load() {
      const nowMs = options.clock();
      if (look === null || nowMs - look.atMs >= LOOK_EVERY_MS) look = { atMs: nowMs, database: lookAtDatabase() };
      const database = options.config.storage.enabled ? await look.database : 'off';
      const ready = !options.draining() && database !== 'starting';
      const redis = options.redisState?.() ?? 'off';
      return { ready, database, redis, recorder: options.recorderStats().state };
    },
  };
}
