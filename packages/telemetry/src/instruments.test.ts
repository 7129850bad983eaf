import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { createInstruments } from './instruments.ts';
import { toLabelText } from './metric-family.ts';
import { createMetrics } from './metrics.ts';

const DOORS = { name: 'doors_total', help: 'Doors.', labels: ['colour', 'side'] };

test('a counter of several labels keeps one series for each of their values', () => {
  const instruments = createInstruments();
  const doors = instruments.counters(DOORS);
  doors.add(['red', 'left'], 1);
  doors.add(['red', 'left'], 2);
  doors.add(['red', 'right'], 1);
  expect(instruments.families()).toEqual([
    {
      name: 'doors_total',
      help: 'Doors.',
      type: 'counter',
      samples: ['doors_total{colour="red",side="left"} 3', 'doors_total{colour="red",side="right"} 1'],
    },
  ]);
});

test('whatever comes, labels and series stay bounded, and nothing is left uncounted', () => {
  const instruments = createInstruments();
  const doors = instruments.counters(DOORS);
  for (let index = 0; index < 5_000; index += 1) doors.add([`c${index % 700}`, `s${index}`], 1);
  const samples = instruments.families()[0]?.samples ?? [];
  const total = samples.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  expect(samples.length).toBeLessThanOrEqual(1_001);
  expect(total).toBe(5_000);
  expect(samples.some((line) => line.startsWith('doors_total{colour="other",side="other"}'))).toBe(true);
});

test('a histogram of labels observes seconds by them', () => {
  const instruments = createInstruments();
  const waits = instruments.histograms({ name: 'wait_seconds', help: 'Waits.', labels: ['door'] });
  waits.observe(['red'], 0.02);
  waits.observe(['red'], 2);
  const samples = instruments.families()[0]?.samples ?? [];
  expect(samples).toContain('wait_seconds_bucket{door="red",le="0.05"} 1');
  expect(samples).toContain('wait_seconds_bucket{door="red",le="+Inf"} 2');
  expect(samples).toContain('wait_seconds_sum{door="red"} 2.02');
});

test('what another thread counted under the same name joins it on the page, under one head', async () => {
  const metrics = createMetrics();
  metrics.counters(DOORS).add(['red', 'left'], 1);
  const other = createInstruments();
  other.counters(DOORS).add(['blue', 'left'], 1);
  metrics.addSource(async () => other.families());
  const text = (await metrics.page()).write('text');
  expect(text.match(/# TYPE doors_total/g)).toHaveLength(1);
  expect(text).toContain('doors_total{colour="red",side="left"} 1\ndoors_total{colour="blue",side="left"} 1\n');
});

test('a value of a label cannot leave its quotes, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const text = toLabelText(['name'], [value]);
      expect(text).toMatch(/^\{name="(?:[^"\\\n]|\\\\|\\"|\\n)*"\}$/);
    }),
  );
});
