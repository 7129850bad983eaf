import type { LiveEvent } from '@nexus/contract';

/** An event with its place in the feed. Read and serialised when the first watcher needs it, and then once for all. */
export interface FeedEvent {
  readonly sequence: number;
  readonly event: LiveEvent | (() => LiveEvent);
  text: string | null;
}

/** The last `max` events, found by their sequence number in one step. */
export interface EventRing {
  push(event: LiveEvent | (() => LiveEvent)): void;
  /** An event that is not remembered and stands at the newest place: what a new watcher begins with. */
  mark(event: LiveEvent): FeedEvent;
  /** What was pushed since the last call; null where it was more than the ring holds. */
  takeUnsent(): readonly FeedEvent[] | null;
  /** Who saw no more than what was pushed so far has missed something that was never pushed. */
  readonly forget: () => void;
  /**
   * Everything after `sequence`, oldest first; null where some of it is gone, where it is more than `eventsMax`, or where
   * `sequence` was never given out.
   */
  after(sequence: number, eventsMax?: number): readonly FeedEvent[] | null;
}

export function createEventRing(max: number): EventRing {
  const slots: FeedEvent[] = [];
  let last = 0;
  let sent = 0;
  let oldest = 0;

  function after(sequence: number, eventsMax = max): readonly FeedEvent[] | null {
    if (sequence > last || sequence < last - Math.min(max, eventsMax) || sequence < oldest) return null;
    const entries: FeedEvent[] = [];
    for (let next = sequence + 1; next <= last; next += 1) {
      const entry = slots[next % max];
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  return {
    push(event) {
      last += 1;
      slots[last % max] = { sequence: last, event, text: null };
    },
    mark: (event) => ({ sequence: last, event, text: null }),
    takeUnsent() {
      const unsent = after(sent);
      sent = last;
      return unsent;
    },
    forget() {
      // Takes a place of its own, so that whoever comes now stands behind it.
      last += 1;
      oldest = last;
    },
    after,
  };
}
