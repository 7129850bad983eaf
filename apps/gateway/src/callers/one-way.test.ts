import { expect, test } from 'bun:test';
import { array, assert, nat, oneof, property, uint8Array } from 'fast-check';
import { createOneWay } from './one-way.ts';

/** A way out that takes as many bytes as it has room for. */
function createNarrow() {
  const seen = { out: Buffer.alloc(0), room: 0, paused: false, finished: 0, nowMs: 0 };
  const way = createOneWay({
    from: { pause: () => (seen.paused = true), resume: () => (seen.paused = false) },
    to: {
      write: (data) => {
        const bytes = data instanceof Uint8Array ? data : expect.unreachable();
        const taken = Math.min(seen.room, bytes.byteLength);
        seen.out = Buffer.concat([seen.out, bytes.subarray(0, taken)]);
        seen.room -= taken;
        return taken;
      },
    },
    finish: () => (seen.finished += 1),
    monotonicMs: () => seen.nowMs,
  });
  return { seen, way };
}

test('every byte arrives once and in order, whatever fits at a time; the end comes behind the last', () => {
  const step = oneof(
    uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => ({ bytes, room: 0 })),
    nat(60).map((room) => ({ bytes: null, room })),
  );
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const { seen, way } = createNarrow();
      const sent: Uint8Array[] = [];
      for (const { bytes, room } of steps) {
        if (bytes === null) {
          seen.room += room;
          way.drain();
        } else {
          sent.push(bytes);
          way.pass(bytes);
        }
        expect(seen.paused).toBe(seen.out.byteLength < Buffer.concat(sent).byteLength);
      }
      way.end();
      expect(seen.finished).toBe(seen.paused ? 0 : 1);
      seen.room = Infinity;
      way.drain();
      expect([seen.out, seen.finished]).toEqual([Buffer.concat(sent), 1]);
    }),
  );
});

test('a way out that is closed ends nothing by itself', () => {
  let finished = 0;
  const way = createOneWay({
    from: { pause: () => expect.unreachable(), resume: () => expect.unreachable() },
    to: { write: () => -1 },
    finish: () => (finished += 1),
    monotonicMs: () => 0,
  });
  way.pass(new Uint8Array(9));
  way.drain();
  expect(finished).toBe(0);
});

test('a way out is stalled from the moment at which it last took something', () => {
  const { seen, way } = createNarrow();
  const since: (number | null)[] = [way.stalledSinceMs()];
  const at = (nowMs: number, room: number): void => {
    seen.nowMs = nowMs;
    seen.room = room;
    way.drain();
    since.push(way.stalledSinceMs());
  };
  seen.nowMs = 5;
  way.pass(new Uint8Array(9));
  since.push(way.stalledSinceMs());
  at(10, 0);
  at(20, 4);
  at(30, 0);
  at(40, 9);
  expect(since).toEqual([null, 5, 5, 20, 20, null]);
});
