import type { PriceTable } from '@nexus/core';
import type { PgConnection } from '../connection.ts';
import type { StorageLog } from '../storage-log.ts';
import { openStorage, type Storage } from '../storage.ts';
import { createSignal } from '../writer/signal.ts';
import { classifyFailure } from '../writer/classify-failure.ts';
import { judgeBatch, makeQueuedMonths, skipTurn } from './judge-batch.ts';
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
  return new LoopingJudge(options);
}

class LoopingJudge implements CacheJudge {
  readonly #options: CacheJudgeOptions;
  readonly #signal = createSignal();
  readonly #loop: Promise<void>;
  #bench: { readonly storage: Storage; readonly loadPrompt: LoadPrompt } | null = null;
  #turnsMax = BATCH_TURNS_MAX;
  #pauseMs = LOOK_MS;
  #problem: string | null = null;
  #closing = false;

  constructor(options: CacheJudgeOptions) {
    this.#options = options;
    if (options.connection !== null) this.useConnection(options.connection);
    this.#loop = this.#run();
  }

  useConnection(connection: PgConnection | string): void {
    const { prepared, log } = this.#options;
    void this.#bench?.storage.close();
    const storage = openStorage({ connection, poolMax: POOL_MAX, prepared, slowQueryMs: 60_000, log });
    this.#bench = { storage, loadPrompt: createLoadPrompt(storage) };
    this.#signal.wake();
  }

  wake(): void {
    if (this.#problem === null) this.#signal.wake();
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#signal.wake();
    const ended = this.#loop.then(() => this.#bench?.storage.close());
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(deadline.resolve, deadlineMs);
    await Promise.race([ended, deadline.promise]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      const pauseMs = await this.#work();
      if (pauseMs > 0 && !this.#closing) await this.#signal.wait(pauseMs);
    }
  }

  /** One step; how long to pause after it. */
  async #work(): Promise<number> {
    const bench = this.#bench;
    if (bench === null) return LOOK_MS;
    if (this.#options.isBusy()) return BUSY_MS;
    try {
      const turnsMax = this.#turnsMax;
      const count = await judgeBatch({ ...bench, prices: this.#options.prices }, turnsMax);
      this.#problem = null;
      this.#pauseMs = LOOK_MS;
      this.#turnsMax = BATCH_TURNS_MAX;
      if (count === null || count === 0) return LOOK_MS;
      return count < turnsMax ? GATHER_MS : 0;
    } catch (error) {
      const isMended = await this.#mend(bench.storage, error).catch(() => false);
      return isMended ? GATHER_MS : this.#noteFailure(error);
    }
  }

  /** What can never be stored is found by trying one turn at a time, and is left out. */
  async #mend(storage: Storage, error: unknown): Promise<boolean> {
    const failure = error instanceof RangeError || error instanceof TypeError ? 'bad-data' : classifyFailure(error);
    if (failure === 'no-partition') await makeQueuedMonths(storage, this.#turnsMax);
    if (failure === 'bad-data' && this.#turnsMax === 1) {
      const requestId = await skipTurn(storage);
      this.#options.log.warn({ requestId, error }, 'what the cache did for a turn cannot be told');
    }
    if (failure === 'bad-data') this.#turnsMax = 1;
    return failure !== 'away';
  }

  #noteFailure(error: unknown): number {
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#problem === null && !this.#closing) {
      this.#options.log.warn({ problem }, 'why turns missed the cache cannot be told now; it is tried again');
    }
    this.#problem = problem;
    this.#pauseMs = Math.min(this.#pauseMs * 2, BACK_OFF_MS_MAX);
    return this.#pauseMs;
  }
}
