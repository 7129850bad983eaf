import type { PgConnection } from '../connection.ts';
import type { StorageLog } from '../storage-log.ts';
import { openStorage, type Storage } from '../storage.ts';
import { classifyFailure } from '../writer/classify-failure.ts';
import { createSignal } from '../writer/signal.ts';
import { isOfReading } from './is-of-reading.ts';

/** Looks at what was recorded, behind the back of those who record. One process at a time does so. */
export interface Follower {
  useConnection(connection: PgConnection | string): void;
  /** Something was written: look at once. */
  wake(): void;
  /** Ends after the batch that is being looked at, or after `deadlineMs`; the rest is left to the next process. */
  close(deadlineMs: number): Promise<void>;
}

/** What a follower is asked to do, on one connection. */
export interface FollowedQueue {
  /** Looks at `requestsMax` of those that wait longest; gives their number, and null where another process is at it. */
  readonly take: (requestsMax: number) => Promise<number | null>;
  /** Lets the one that waits longest go: nothing of it can be stored. Gives its id; null where none waits. */
  readonly skipFirst: () => Promise<string | null>;
  /** Makes the months of what waits longest. */
  readonly makeMonths: (requestsMax: number) => Promise<void>;
}

export interface FollowerOptions {
  /** Null while the database is not known yet; then `useConnection` tells it. */
  readonly connection: PgConnection | string | null;
  readonly prepared: boolean;
  /** While true, recording has so much to do that this waits. */
  readonly isBusy: () => boolean;
  readonly log: StorageLog;
}

export interface FollowerWork {
  readonly openQueue: (storage: Storage) => FollowedQueue;
  readonly batchRequestsMax: number;
  /** What the log says of one that was let go, of a database that is away, and of one that is back. */
  readonly words: { readonly skipped: string; readonly away: string; readonly back: string };
}

/** One connection writes, the other reads bodies. */
const POOL_MAX = 2;
/** How often a process that was told nothing looks: another one may have written. */
const LOOK_MS = 2_000;
/** What is written within this time is looked at together. */
const GATHER_MS = 100;
const BUSY_MS = 500;
const BACK_OFF_MS_MAX = 30_000;
/** A batch that fails more often than this in a row, for what looked as if it could be mended, waits like for a database that is away. */
const MENDS_MAX = 5;
/** What follows does long statements by nature, such as seeding a month; they are worth no line of the log. */
const SLOW_QUERY_MS = 60_000;

/** Opens nothing before there is a connection; failures are logged once and tried again, with a growing pause. */
export function createFollower(options: FollowerOptions, work: FollowerWork): Follower {
  return new LoopingFollower(options, work);
}

class LoopingFollower implements Follower {
  readonly #options: FollowerOptions;
  readonly #work: FollowerWork;
  readonly #signal = createSignal();
  readonly #loop: Promise<void>;
  #storage: Storage | null = null;
  #queue: FollowedQueue | null = null;
  #requestsMax: number;
  #pauseMs = LOOK_MS;
  #mends = 0;
  #problem: string | null = null;
  /** Somebody called while a batch was being looked at. */
  #isCalled = false;
  #closing = false;

  constructor(options: FollowerOptions, work: FollowerWork) {
    this.#options = options;
    this.#work = work;
    this.#requestsMax = work.batchRequestsMax;
    if (options.connection !== null) this.useConnection(options.connection);
    this.#loop = this.#run();
  }

  useConnection(connection: PgConnection | string): void {
    const { prepared, log } = this.#options;
    void this.#storage?.close();
    this.#storage = openStorage({ connection, poolMax: POOL_MAX, prepared, slowQueryMs: SLOW_QUERY_MS, log });
    this.#queue = this.#work.openQueue(this.#storage);
    this.#call();
  }

  wake(): void {
    if (this.#problem === null) this.#call();
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

  #call(): void {
    this.#isCalled = true;
    this.#signal.wake();
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      this.#isCalled = false;
      const pauseMs = await this.#step();
      if (pauseMs > 0 && !this.#closing) await this.#signal.wait(this.#isCalled ? GATHER_MS : pauseMs);
    }
  }

  /** One batch; gives how long to pause after it. */
  async #step(): Promise<number> {
    const queue = this.#queue;
    if (queue === null) return LOOK_MS;
    if (this.#options.isBusy()) return BUSY_MS;
    const requestsMax = this.#requestsMax;
    try {
      const taken = await queue.take(requestsMax);
      this.#noteSuccess();
      if (taken === null || taken === 0) return LOOK_MS;
      return taken < requestsMax ? GATHER_MS : 0;
    } catch (error) {
      const isMended = await this.#mend(queue, error).catch(() => false);
      return isMended ? GATHER_MS : this.#noteFailure(error);
    }
  }

  /** True where the next try may go better. What can never be stored is found by trying one at a time, and is let go. */
  async #mend(queue: FollowedQueue, error: unknown): Promise<boolean> {
    const failure = isOfReading(error) ? 'bad-data' : classifyFailure(error);
    if (failure === 'away' || this.#mends >= MENDS_MAX) return false;
    this.#mends += 1;
    if (failure === 'no-partition') await queue.makeMonths(this.#requestsMax);
    if (failure === 'bad-data') await this.#takeApart(queue, error);
    return true;
  }

  async #takeApart(queue: FollowedQueue, error: unknown): Promise<void> {
    if (this.#requestsMax === 1) {
      const requestId = await queue.skipFirst();
      this.#options.log.warn({ requestId, error }, this.#work.words.skipped);
      if (requestId !== null) this.#mends = 0;
    }
    this.#requestsMax = 1;
  }

  #noteSuccess(): void {
    if (this.#problem !== null) this.#options.log.info({}, this.#work.words.back);
    this.#problem = null;
    this.#pauseMs = LOOK_MS;
    this.#mends = 0;
    this.#requestsMax = this.#work.batchRequestsMax;
  }

  #noteFailure(error: unknown): number {
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#problem === null && !this.#closing) this.#options.log.warn({ problem }, this.#work.words.away);
    this.#problem = problem;
    this.#pauseMs = Math.min(this.#pauseMs * 2, BACK_OFF_MS_MAX);
    return this.#pauseMs;
  }
}
