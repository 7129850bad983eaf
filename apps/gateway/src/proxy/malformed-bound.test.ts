import { expect, test } from 'bun:test';
import { createMetrics } from '@nexus/telemetry';
import { createMalformedBound } from './malformed-bound.ts';

test('of what a scanner sends, ten a second go on record, and all are counted', async () => {
  const metrics = createMetrics();
  const bound = createMalformedBound(metrics);
  const recorded = Array.from({ length: 3_000 }, (_, index) => bound.take(index)).filter(Boolean);
  expect(recorded).toHaveLength(30);
  const text = (await metrics.page()).write('text');
  expect(text).toContain('nexus_malformed_requests_total{record="kept"} 30');
  expect(text).toContain('nexus_malformed_requests_total{record="left out"} 2970');
});
