import {
  type BudgetAsk,
  type BudgetSettlement,
  type Storage,
  type StoodBudget,
  renewBudgets,
  sweepBudgets,
} from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import { createAttempt } from './attempt-storage.ts';
import { createLateCalls } from './late-calls.ts';
import { createReservationQueue } from './reservation-queue.ts';
import { createSettlementQueue } from './settlement-queue.ts';

/** Reservations of this process: asked for in batches, renewed while calls run, settled when they were recorded. */
export interface BudgetKeeper {
  /** How the budgets of a call stood; null where the database failed or did not answer in time: then it holds nothing. */
  reserve(call: BudgetCall): Promise<readonly StoodBudget[] | null>;
  /** A call went on although its budgets are unknown: it is reserved once the database is back. */
  noteLate(call: BudgetCall): void;
  /** Whether this call may have reserved anything that is not settled. */
  holds(requestId: string): boolean;
  /** Whether nothing at all is held. */
  isIdle(): boolean;
  /** What a call cost; null where nobody knows. */
  settle(settlement: BudgetSettlement): void;
  /** Settles what is left to be settled. */
  close(): Promise<void>;
}

export type BudgetCall = Omit<BudgetAsk, 'began'>;

export interface BudgetKeeperOptions {
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  readonly leaseSeconds: number;
  /** How long a caller waits for the database. */
  readonly timeoutMs: number;
  /** How long a call can last: the lease of one whose record was lost ends after it. */
  readonly callMsMax: number;
  readonly monotonicMs: () => number;
  readonly log: Logger;
}

const SWEEP_EVERY_MS = 5_000;
const TICK_MS_MAX = 1_000;

export function createBudgetKeeper(options: BudgetKeeperOptions): BudgetKeeper {
  const { storage, leaseSeconds, timeoutMs, callMsMax, monotonicMs, log } = options;
  const attempt = createAttempt(storage, log);
  /** Since when calls are held. */
  const held = new Map<string, number>();
  const late = createLateCalls(attempt, leaseSeconds);
  const settlements = createSettlementQueue({
    attempt,
    mustWait: (requestId) => late.has(requestId),
    onSettled: (requestId) => held.delete(requestId),
  });
  const reservations = createReservationQueue({
    attempt,
    leaseSeconds,
    timeoutMs,
    // A call that went on all the same is settled by its record.
    onAbandoned: (requestId) => {
      if (!late.has(requestId)) settlements.add({ requestId, nano: 0 });
    },
  });

  async function renew(): Promise<void> {
    for (const [requestId, sinceMs] of held) if (monotonicMs() - sinceMs > callMsMax) held.delete(requestId);
    if (held.size > 0) await attempt((open) => renewBudgets(open, [...held.keys()], leaseSeconds));
  }

  const stop = repeat({
    // Four chances to renew before a lease ends.
    everyMs: Math.min(TICK_MS_MAX, (leaseSeconds * 1_000) / 4),
    work: async () => {
      await late.noteAll();
      await settlements.flush();
      await renew();
    },
  });
  const stopSweeping = repeat({
    everyMs: Math.min(SWEEP_EVERY_MS, leaseSeconds * 1_000),
    work: async () => void (await attempt((open) => sweepBudgets(open))),
  });

  return {
    reserve: async (call) => {
      if (storage() === null) return null;
      const stood = await reservations.reserve({ ...call, began: false });
      if (stood?.every(({ decision }) => decision === 'admitted') === true) held.set(call.requestId, monotonicMs());
      return stood;
    },
    noteLate: (call) => {
      if (!late.add(call)) return;
      settlements.forget(call.requestId);
      held.set(call.requestId, monotonicMs());
    },
    holds: (requestId) => held.has(requestId),
    isIdle: () => held.size === 0,
    settle: (settlement) => settlements.add(settlement),
    close: async () => {
      stop();
      stopSweeping();
      await late.noteAll();
      await settlements.flush();
    },
  };
}

/** Runs `work` again and again, never twice at once. */
function repeat({ everyMs, work }: { readonly everyMs: number; readonly work: () => Promise<void> }): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void work().finally(() => {
      isRunning = false;
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
