import { type BudgetAsk, type StoodBudget, reserveBudgets } from '@nexus/storage';
import type { AttemptStorage } from './attempt-storage.ts';

/** Callers that wait for the database: those that come while a transaction runs share the next one. */
export interface ReservationQueue {
  /** How the budgets of a call stood; null where the database failed or did not answer in time. */
  reserve(ask: BudgetAsk): Promise<readonly StoodBudget[] | null>;
}

export interface ReservationQueueOptions {
  readonly attempt: AttemptStorage;
  readonly leaseSeconds: number;
  readonly timeoutMs: number;
  /** What this call reserved, if anything, nobody waits for. */
  readonly onAbandoned: (requestId: string) => void;
}

const BATCH_MAX = 256;
const WAITING_MAX = 100_000;

interface Pending {
  readonly ask: BudgetAsk;
  /** Null once its caller gave up. */
  answer: ((stood: readonly StoodBudget[] | null) => void) | null;
}

export function createReservationQueue(options: ReservationQueueOptions): ReservationQueue {
  const { attempt, leaseSeconds, timeoutMs, onAbandoned } = options;
  const queue: Pending[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH_MAX).filter(({ answer }) => answer !== null);
      if (batch.length > 0) await runBatch(batch);
    }
    isRunning = false;
  }

  async function runBatch(batch: readonly Pending[]): Promise<void> {
    const asks = batch.map(({ ask }) => ask);
    const stood = await attempt((open) => reserveBudgets(open, asks, leaseSeconds));
    for (const [index, { ask, answer }] of batch.entries()) {
      // What failed may have been committed all the same, and whoever gave up must not hold anything.
      if (answer === null || stood === null) onAbandoned(ask.requestId);
      answer?.(stood?.[index] ?? null);
    }
  }

  return {
    reserve: (ask) => {
      if (queue.length >= WAITING_MAX) return Promise.resolve(null);
      const { promise, resolve } = Promise.withResolvers<readonly StoodBudget[] | null>();
      const pending: Pending = { ask, answer: null };
      const finish = (stood: readonly StoodBudget[] | null): void => {
        pending.answer = null;
        clearTimeout(timeout);
        resolve(stood);
      };
      const timeout = setTimeout(() => finish(null), timeoutMs);
      pending.answer = finish;
      queue.push(pending);
      void run();
      return promise;
    },
  };
}
