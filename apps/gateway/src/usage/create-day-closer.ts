import { closeDays, type Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';

/** Sums up days that are over, so that months of usage are read from a few rows a day. */
export interface DayCloser {
  close(): void;
}

export interface DayCloserOptions {
  readonly storage: Storage;
  readonly log: Pick<Logger, 'warn'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const EVERY_MS = 60_000;
/** A day takes some tenths of a second, for which writers wait: in between they get their turn. */
const DAYS_MAX = 10;

/** Begins at once. What fails is read from the finer sums instead; that is said once, until it goes well again. */
export function createDayCloser({ storage, log, clock }: DayCloserOptions): DayCloser {
  let running = false;
  let closed = false;
  let failing = false;

  async function run(): Promise<void> {
    if (running || closed) return;
    running = true;
    try {
      await closeDays(storage, { nowMs: clock(), daysMax: DAYS_MAX });
      failing = false;
    } catch (error) {
      if (!failing && !closed) log.warn({ error }, 'days of usage could not be summed up; reading them takes longer');
      failing = true;
    } finally {
      running = false;
    }
  }

  const timer = setInterval(() => void run(), EVERY_MS);
  timer.unref();
  void run();
  return {
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}
