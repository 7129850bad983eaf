import type { PriceTable } from '@nexus/core';
import type { PgConnection } from '../connection.ts';
import type { StorageLog } from '../storage-log.ts';
import { openStorage, type Storage } from '../storage.ts';
import { createSignal } from '../writer/signal.ts';
import { judgeBatch } from './judge-batch.ts';
import { createLoadPrompt, type LoadPrompt } from './load-prompt.ts';

export interface CacheJudgeOptions {
  /** Null while the database is not known yet; then `useConnection` tells it. */
  readonly connection: PgConnection | string | null;
  readonly prepared: boolean;
  readonly prices: PriceTable;
  /** While true, recording has so much to do that this waits. */
  readonly isBusy: () => boolean;
  readonly log: StorageLog;
}

/** Finds out how turns used the prompt cache, behind the back of those who record them. One process at a time does so. */
export interface CacheJudge {
  useConnection(connection: PgConnection | string): void;
  /** Something was written: look at once. */
  wake(): void;
  /** Ends after the batch that is being looked at, or after `deadlineMs`; the rest is left to the next process. */
  close(deadlineMs: number): Promise<void>;
}

const BATCH_TURNS_MAX = 32;
/** One connection writes, the other reads bodies. */
const POOL_MAX = 2;
/** How often a process that was told nothing looks: another one may have written. */
const LOOK_MS = 2_000;
/** What is written within this time is looked at together. */
const GATHER_MS = 100;
const BUSY_MS = 500;
const BACK_OFF_MS_MAX = 30_000;

/** Opens nothing before there is a connection; failures are logged once and tried again, with a growing pause. */
export function createCacheJudge(options: CacheJudgeOptions): CacheJudge {
  const { prepared, prices, log, isBusy } = options;
  const signal = createSignal();
  let bench: { readonly storage: Storage; readonly loadPrompt: LoadPrompt } | null = null;
  const closing = new AbortController();
  let problem: string | null = null;
  let pauseMs = LOOK_MS;

  function useConnection(connection: PgConnection | string): void {
    void bench?.storage.close();
    const storage = openStorage({ connection, poolMax: POOL_MAX, prepared, slowQueryMs: 60_000, log });
    bench = { storage, loadPrompt: createLoadPrompt(storage) };
    signal.wake();
  }

  /** One step; how long to pause after it. */
  async function work(): Promise<number> {
    if (bench === null) return LOOK_MS;
    if (isBusy()) return BUSY_MS;
    try {
      const count = await judgeBatch({ ...bench, prices }, BATCH_TURNS_MAX);
      problem = null;
      pauseMs = LOOK_MS;
      if (count === null || count === 0) return LOOK_MS;
      return count < BATCH_TURNS_MAX ? GATHER_MS : 0;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (problem === null && !closing.signal.aborted) {
        log.warn({ problem: words }, 'why turns missed the cache cannot be told now; it is tried again');
      }
      problem = words;
      pauseMs = Math.min(pauseMs * 2, BACK_OFF_MS_MAX);
      return pauseMs;
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const idleMs = await work();
      if (idleMs > 0 && !closing.signal.aborted) await signal.wait(idleMs);
    }
  }

  if (options.connection !== null) useConnection(options.connection);
  const loop = run();
  return {
    useConnection,
    wake: () => (problem === null ? signal.wake() : undefined),
    async close(deadlineMs) {
      closing.abort();
      signal.wake();
      const ended = loop.then(() => bench?.storage.close());
      const deadline = Promise.withResolvers<void>();
      const timer = setTimeout(deadline.resolve, deadlineMs);
      await Promise.race([ended, deadline.promise]);
      clearTimeout(timer);
    },
  };
}
