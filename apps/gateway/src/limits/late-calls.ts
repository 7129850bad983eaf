import { type BudgetAsk, reserveBudgets } from '@nexus/storage';
import type { AttemptStorage } from './attempt-storage.ts';

/** Calls that went on while their budgets were unknown, until the database knows of them. */
export interface LateCalls {
  /** False where there are too many: then this one is not counted. */
  add(call: Omit<BudgetAsk, 'began'>): boolean;
  has(requestId: string): boolean;
  /** Reserves for them what can be reserved now. */
  noteAll(): Promise<void>;
}

const LATE_MAX = 100_000;
const BATCH_MAX = 256;

export function createLateCalls(attempt: AttemptStorage, leaseSeconds: number): LateCalls {
  const late = new Map<string, BudgetAsk>();
  return {
    add: (call) => {
      if (late.size >= LATE_MAX) return false;
      late.set(call.requestId, { ...call, began: true });
      return true;
    },
    has: (requestId) => late.has(requestId),
    noteAll: async () => {
      const asks = [...late.values()].slice(0, BATCH_MAX);
      if (asks.length === 0) return;
      const noted = await attempt((open) => reserveBudgets(open, asks, leaseSeconds));
      if (noted !== null) for (const { requestId } of asks) late.delete(requestId);
    },
  };
}
