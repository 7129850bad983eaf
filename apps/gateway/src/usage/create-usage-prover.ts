import { Worker } from 'node:worker_threads';
import type { Logger } from '@nexus/telemetry';
import type { FromProofThread, ProofThreadSettings, UsageProof } from './usage-proof.ts';

/** Proves the sums of usage against the requests once a day, and mends those that are wrong. */
export interface UsageProver {
  /** Null before the first run. */
  last(): UsageProof | null;
  /** Runs now; resolves with what came of it, or null where it failed, which is logged. */
  run(): Promise<UsageProof | null>;
  close(): Promise<void>;
}

export interface UsageProverOptions extends Omit<ProofThreadSettings, 'nowMs'> {
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Not while a start is busy with what its predecessor left in the spool. */
const FIRST_AFTER_MS = 600_000;
const EVERY_MS = 86_400_000;

/** The first run is in ten minutes. Any number of processes may do it: proving changes nothing, and what one repaired is right. */
export function createUsageProver({ log, clock, ...settings }: UsageProverOptions): UsageProver {
  let last: UsageProof | null = null;
  let thread: Worker | null = null;
  let closed = false;

  async function run(): Promise<UsageProof | null> {
    if (thread !== null || closed) return null;
    const worker = new Worker(new URL('usage-proof-thread.ts', import.meta.url), {
      workerData: { ...settings, nowMs: clock() } satisfies ProofThreadSettings,
      name: 'nexus-usage-proof',
    });
    worker.unref();
    thread = worker;
    const message = await readMessage(worker);
    thread = null;
    if (closed) return null;
    if (message.type === 'failed') {
      log.warn({ problem: message.problem }, 'the sums of usage could not be proved; it is tried again in a day');
      return null;
    }
    last = message.proof;
    tell(log, last);
    return last;
  }

  const first = setTimeout(() => void run(), FIRST_AFTER_MS);
  const timer = setInterval(() => void run(), EVERY_MS);
  first.unref();
  timer.unref();
  return {
    last: () => last,
    run,
    async close() {
      closed = true;
      clearTimeout(first);
      clearInterval(timer);
      await thread?.terminate();
    },
  };
}

function readMessage(worker: Worker): Promise<FromProofThread> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (failure) => resolve({ type: 'failed', problem: String(failure) }));
    worker.once('exit', () => resolve({ type: 'failed', problem: 'the thread ended before it was done' }));
  });
}

function tell(log: UsageProverOptions['log'], { checkedDays, checkedRows, wrongDays, repairedDays }: UsageProof): void {
  const fields = { checkedDays, checkedRows };
  if (wrongDays.length === 0) log.info(fields, 'the sums of usage are those of their requests');
  else log.warn({ ...fields, wrongDays, repairedDays }, 'sums of usage were not those of their requests');
}
