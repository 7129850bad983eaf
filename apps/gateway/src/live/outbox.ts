import type { LiveEvent } from '@nexus/contract';
import type { EventRing } from './event-ring.ts';
import type { Neighbours } from './neighbours.ts';

/** What happened here: for those who watch here at once, for neighbours at the next flush, where somebody watches them. */
export interface Outbox {
  push(event: LiveEvent | (() => LiveEvent)): void;
  send(): void;
}

/** What came in 40 ms; what is more is left out, and the next overview of what is in flight mends it. */
const EVENTS_MAX = 5_000;

/** Every process finds these out by itself. */
const OWN_TO_EACH: ReadonlySet<string> = new Set(['keys-changed', 'limits-changed', 'snapshot', 'gap']);

export function createOutbox(ring: EventRing, neighbours: Neighbours): Outbox {
  let waiting: (LiveEvent | (() => LiveEvent))[] = [];
  return {
    push(event) {
      ring.push(event);
      if (waiting.length < EVENTS_MAX && neighbours.areWatching()) waiting.push(event);
    },
    send() {
      if (waiting.length === 0) return;
      const events = waiting.map((event) => (typeof event === 'function' ? event() : event));
      waiting = [];
      neighbours.tell(events.filter(({ type }) => !OWN_TO_EACH.has(type)));
    },
  };
}
