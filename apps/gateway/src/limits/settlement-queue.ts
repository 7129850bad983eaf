import { type BudgetSettlement, settleBudgets } from '@nexus/storage';
import type { AttemptStorage } from './attempt-storage.ts';

/** What calls cost, until the database knows it. */
export interface SettlementQueue {
  add(settlement: BudgetSettlement): void;
  /** What was added of a call is no longer true. */
  forget(requestId: string): void;
  /** Settles what can be settled now. */
  flush(): Promise<void>;
}

export interface SettlementQueueOptions {
  readonly attempt: AttemptStorage;
  /** Whether a call cannot be settled yet. */
  readonly mustWait: (requestId: string) => boolean;
  readonly onSettled: (requestId: string) => void;
}

/** What is settled together; a record may wait so long. */
const SETTLE_AFTER_MS = 20;
const BATCH_MAX = 256;
/** What waits for a database that is away; what is more is left to the end of its lease. */
const WAITING_MAX = 100_000;

export function createSettlementQueue({ attempt, mustWait, onSettled }: SettlementQueueOptions): SettlementQueue {
  const waiting = new Map<string, number | null>();
  let isRunning = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function planFlush(): void {
    timer ??= setTimeout(() => void flush(), SETTLE_AFTER_MS);
  }

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isRunning) return;
    isRunning = true;
    const batch = [...waiting].filter(([requestId]) => !mustWait(requestId)).slice(0, BATCH_MAX);
    const settlements = batch.map(([requestId, nano]) => ({ requestId, nano }));
    const done =
      batch.length > 0 && (await attempt((open) => settleBudgets(open, settlements).then(() => true))) === true;
    isRunning = false;
    if (!done) return;
    for (const [requestId] of batch) {
      waiting.delete(requestId);
      onSettled(requestId);
    }
    if (waiting.size > 0) planFlush();
  }

  return {
    add: ({ requestId, nano }) => {
      if (waiting.size >= WAITING_MAX) return;
      waiting.set(requestId, nano);
      planFlush();
    },
    forget: (requestId) => void waiting.delete(requestId),
    flush,
  };
}
