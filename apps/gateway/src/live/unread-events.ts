import type { LiveEvent } from '@nexus/contract';

/** Batches that wait for a watcher. At one a second that is the minute in which a watcher that was cut comes back. */
const BATCHES_MAX = 64;

/**
 * Events that are read only once somebody looks: reading a batch costs the main thread several µs an exchange, which
 * nobody shall pay for nobody.
 */
export interface UnreadEvents {
  readonly add: (readEvents: () => readonly LiveEvent[]) => void;
  /** Reads what waits, in order. */
  take(): readonly LiveEvent[];
}

export interface UnreadEventsOptions {
  readonly onAdded: () => void;
  /** Told where a batch had to go unread to make room. */
  readonly onForgotten: () => void;
}

export function createUnreadEvents({ onAdded, onForgotten }: UnreadEventsOptions): UnreadEvents {
  let waiting: (() => readonly LiveEvent[])[] = [];
  return {
    add(readEvents) {
      waiting.push(readEvents);
      if (waiting.length > BATCHES_MAX) {
        waiting.shift();
        onForgotten();
      }
      onAdded();
    },
    take() {
      const taken = waiting;
      waiting = [];
      return taken.flatMap((readEvents) => readEvents());
    },
  };
}
