import { expect, test } from 'bun:test';
import { createMetricsAsk } from './ask-metrics.ts';

const FAMILY = { name: 'a_total', help: 'A.', type: 'counter', samples: ['a_total 1'] } as const;

test('several pages at once are one question, and get the same answer', async () => {
  const ask = createMetricsAsk();
  let asked = 0;
  const count = () => {
    asked += 1;
  };
  const both = Promise.all([ask.load(count), ask.load(count)]);
  ask.hear([FAMILY]);
  expect(await both).toEqual([[FAMILY], [FAMILY]]);
  expect(asked).toBe(1);
});

test('a thread that does not answer leaves what it said last', async () => {
  const ask = createMetricsAsk(10);
  const first = ask.load(() => ask.hear([FAMILY]));
  expect(await first).toEqual([FAMILY]);
  expect(await ask.load(() => {})).toEqual([FAMILY]);
});
