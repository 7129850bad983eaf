import { expect, test } from 'bun:test';
import type { LiveEvent } from '@nexus/contract';
import * as fc from 'fast-check';
import { createEventRing } from './event-ring.ts';

const event: LiveEvent = { type: 'snapshot', inFlight: [] };

test('what comes after a place is complete and in order, or is said to be gone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(100), fc.integer({ min: -3, max: 110 }), (...row) => {
      const [max, pushed, place] = row;
      const ring = createEventRing(max);
      for (let n = 0; n < pushed; n += 1) ring.push(event);
      const isKept = place >= 0 && place <= pushed && pushed - place <= max;
      const wanted = Array.from({ length: Math.max(0, pushed - place) }, (_, index) => place + index + 1);

      expect(ring.after(place)?.map(({ sequence }) => sequence) ?? null).toEqual(isKept ? wanted : null);
    }),
  );
});

test('every event is sent once, however pushes and flushes fall', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 30 }), (bursts) => {
      const ring = createEventRing(5);
      const sent: number[] = [];
      for (const burst of bursts) {
        for (let n = 0; n < burst; n += 1) ring.push(event);
        sent.push(...(ring.takeUnsent() ?? []).map(({ sequence }) => sequence));
      }

      expect(sent).toEqual(sent.map((_, index) => index + 1));
      expect(sent.length).toBe(bursts.reduce((sum, burst) => sum + burst, 0));
    }),
  );
});
