import type { PgConnection } from '../connection.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { StorageLog } from '../storage-log.ts';
import { openStorage, type Storage } from '../storage.ts';
import { classifyFailure } from '../writer/classify-failure.ts';
import { createInsertRows, type InsertRows } from '../writer/insert-rows.ts';
import { createSignal } from '../writer/signal.ts';
import { fillBatch, type FilledBatch, skipFirst } from './fill-batch.ts';
import { keepSearchMonths } from './search-months.ts';

export interface SearchFillerOptions {
  /** Null while the database is not known yet; then `useConnection` tells it. */
  readonly connection: PgConnection | string | null;
  readonly prepared: boolean;
  /** Days for which what was said can be searched; 0 switches the search off and deletes what there is of it. */
  readonly daysMax: number;
  /** While true, recording has so much to do that searching waits. */
  readonly isBusy: () => boolean;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: StorageLog;
}

/** Makes what was said searchable, behind the back of those who write it. One process at a time does so. */
export interface SearchFiller {
  useConnection(connection: PgConnection | string): void;
  /** Something was written: look at once. */
  wake(): void;
  /** Ends after the batch that is being read, or after `deadlineMs`; what is not finished is read by the next. */
  close(deadlineMs: number): Promise<void>;
}

const BATCH_REQUESTS_MAX = 50;
/** One connection writes, the other reads bodies. */
const POOL_MAX = 2;
/** How often a process that was told nothing looks: another one may have written. */
const LOOK_MS = 2_000;
/** What is written within this time is read together. */
const GATHER_MS = 100;
const BUSY_MS = 500;
const BACK_OFF_MS_MAX = 30_000;
/** How often months are added and dropped. */
const MONTHS_EVERY_MS = 3_600_000;

/** Opens nothing before there is a connection; failures are logged once and tried again, with a growing pause. */
export function createSearchFiller(options: SearchFillerOptions): SearchFiller {
  return new LoopingFiller(options);
}

class LoopingFiller implements SearchFiller {
  readonly #options: SearchFillerOptions;
  readonly #signal = createSignal();
  readonly #insert: InsertRows;
  readonly #loop: Promise<void>;
  #storage: Storage | null = null;
  #months: ReadonlySet<Month> = new Set();
  #monthsAtMs = -Infinity;
  #requestsMax = BATCH_REQUESTS_MAX;
  #pauseMs = LOOK_MS;
  #problem: string | null = null;
  #closing = false;

  constructor(options: SearchFillerOptions) {
    this.#options = options;
    this.#insert = createInsertRows(options);
    if (options.connection !== null) this.useConnection(options.connection);
    this.#loop = this.#run();
  }

  useConnection(connection: PgConnection | string): void {
    const { prepared, log } = this.#options;
    void this.#storage?.close();
    // Seeding a month is one long statement, and worth no line of the log.
    this.#storage = openStorage({ connection, poolMax: POOL_MAX, prepared, slowQueryMs: 60_000, log });
    this.#monthsAtMs = -Infinity;
    this.#signal.wake();
  }

  wake(): void {
    if (this.#problem === null) this.#signal.wake();
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#signal.wake();
    const ended = this.#loop.then(() => this.#storage?.close());
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
    const storage = this.#storage;
    if (storage === null) return LOOK_MS;
    if (this.#options.isBusy()) return BUSY_MS;
    try {
      await this.#keepMonths(storage);
      const batch = this.#options.daysMax === 0 ? null : await this.#fill(storage);
      this.#noteSuccess();
      if (batch === null || batch.requests === 0) return LOOK_MS;
      return batch.requests < this.#requestsMax ? GATHER_MS : 0;
    } catch (error) {
      return this.#noteFailure(storage, error);
    }
  }

  async #keepMonths(storage: Storage): Promise<void> {
    const nowMs = this.#options.clock();
    const isDue = nowMs - this.#monthsAtMs >= MONTHS_EVERY_MS || !this.#months.has(toMonth(nowMs));
    if (!isDue) return;
    this.#months = await keepSearchMonths(storage, { nowMs, daysMax: this.#options.daysMax });
    this.#monthsAtMs = nowMs;
  }

  async #fill(storage: Storage): Promise<FilledBatch | null> {
    const batch = await fillBatch({ storage, insert: this.#insert, months: this.#months }, this.#requestsMax);
    for (const requestId of batch?.unreadable ?? []) {
      this.#options.log.warn({ requestId }, 'a stored body is damaged and cannot be searched');
    }
    this.#requestsMax = BATCH_REQUESTS_MAX;
    return batch;
  }

  #noteSuccess(): void {
    if (this.#problem !== null) this.#options.log.info({}, 'what is said is made searchable again');
    this.#problem = null;
    this.#pauseMs = LOOK_MS;
  }

  /** What can never be stored is found by trying one request at a time, and is left out. */
  async #noteFailure(storage: Storage, error: unknown): Promise<number> {
    const failure = isOfReading(error) ? 'bad-data' : classifyFailure(error);
    if (failure === 'again' || failure === 'no-partition') {
      this.#monthsAtMs = -Infinity;
      return GATHER_MS;
    }
    if (failure === 'bad-data' && this.#requestsMax > 1) {
      this.#requestsMax = 1;
      return 0;
    }
    if (failure === 'bad-data') {
      const requestId = await skipFirst(storage).catch(() => null);
      this.#options.log.warn({ requestId, error }, 'what a request says cannot be made searchable');
      return GATHER_MS;
    }
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#problem === null && !this.#closing) {
      this.#options.log.warn({ problem }, 'what is said cannot be made searchable now; it is tried again');
    }
    this.#problem = problem;
    this.#pauseMs = Math.min(this.#pauseMs * 2, BACK_OFF_MS_MAX);
    return this.#pauseMs;
  }
}

/** An error of our own code over what somebody sent; trying the same again would end the same way, for ever. */
function isOfReading(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
