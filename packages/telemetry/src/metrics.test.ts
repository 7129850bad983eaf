import { expect, test } from 'bun:test';
import { createMetrics } from './metrics.ts';

test('the page shows counters, gauges read at scrape, and histograms with cumulative buckets', async () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'doors_total', help: 'Doors.' }, 'colour').add('red', 2);
  metrics.gauge({ name: 'open_doors', help: 'Open now.' }, () => 7);
  const histogram = metrics.histogram({ name: 'wait_seconds', help: 'Waits.' }, 'step', ['first', 'second']);
  histogram.observe('first', 0.0004);
  histogram.observe('first', 1_000);
  const text = (await metrics.page()).write('text');
  expect(text).toContain('doors_total{colour="red"} 2');
  expect(text).toContain('open_doors 7');
  expect(text).toContain('wait_seconds_bucket{step="first",le="0.0001"} 0');
  expect(text).toContain('wait_seconds_bucket{step="first",le="0.0005"} 1');
  expect(text).toContain('wait_seconds_bucket{step="first",le="+Inf"} 2');
  expect(text).toContain('wait_seconds_sum{step="first"} 1000.0004');
  expect(text).toContain('wait_seconds_count{step="second"} 0');
});

test('a label cannot grow the page without bound', async () => {
  const metrics = createMetrics();
  const counter = metrics.counter({ name: 'visits_total', help: 'Visits.' }, 'page');
  for (let index = 0; index < 500; index += 1) counter.add(`page-${index}`, 1);
  const text = (await metrics.page()).write('text');
  const lines = text.split('\n').filter((line) => line.startsWith('visits_total{'));
  expect(lines).toHaveLength(51);
  expect(text).toContain('visits_total{page="other"} 450');
});

test('a scrape asks for nothing that walks the heap', async () => {
  const text = (await createMetrics().page()).write('text');
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).not.toContain('nodejs_heap_space_size');
});
