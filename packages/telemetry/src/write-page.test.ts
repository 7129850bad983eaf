import { expect, test } from 'bun:test';
import { createInstruments } from './instruments.ts';
import { createMetrics } from './metrics.ts';
import { writePage } from './write-page.ts';

const DOORS = { name: 'doors_total', help: 'Doors, "red" ones\ntoo.', labels: ['colour'] };

test('in OpenMetrics a counter has its ending on its samples alone, a family its unit, and the page its end', () => {
  const instruments = createInstruments();
  instruments.counters(DOORS).add(['red'], 2);
  instruments.gauge({ name: 'spool_bytes', help: 'On disk.' }, () => 7);
  expect(writePage(instruments.families(), 'openmetrics')).toBe(
    [
      '# TYPE doors counter',
      String.raw`# HELP doors Doors, \"red\" ones\ntoo.`,
      'doors_total{colour="red"} 2',
      '# TYPE spool_bytes gauge',
      '# UNIT spool_bytes bytes',
      '# HELP spool_bytes On disk.',
      'spool_bytes 7',
      '# EOF\n',
    ].join('\n'),
  );
});

test('a bucket shows the last one that fell into it, in OpenMetrics and nowhere else', () => {
  const instruments = createInstruments();
  const waits = instruments.histograms({ name: 'wait_seconds', help: 'Waits.', labels: ['door'] });
  waits.observe(['red'], 0.3, { labels: { request_id: 'a' }, atMs: 1_000 });
  waits.observe(['red'], 0.4, { labels: { request_id: 'b', trace_id: 'c' }, atMs: 2_500 });
  waits.observe(['red'], 20);
  const written = writePage(instruments.families(), 'openmetrics').split('\n');
  expect(written.filter((line) => line.includes(' # '))).toEqual([
    'wait_seconds_bucket{door="red",le="0.5"} 2 # {request_id="b",trace_id="c"} 0.4 2.5',
  ]);
  expect(writePage(instruments.families(), 'text')).not.toContain('request_id');
});

test('bounds are written alike in both formats, so that a scraper that changes its format keeps its series', () => {
  const instruments = createInstruments();
  instruments.histograms({ name: 'wait_seconds', help: 'Waits.', labels: [] }).observe([], 0.3);
  const [text = [], open = []] = (['text', 'openmetrics'] as const).map((format) => {
    const page = writePage(instruments.families(), format);
    return [...page.matchAll(/le="([^"]+)"/g)].map(([, bound]) => bound);
  });
  expect(text).toEqual(open);
  expect(text).toEqual(expect.arrayContaining(['1e-05', '0.0001', '0.25', '1.0', '600.0', '+Inf']));
});

test('what no page can hold as a number of ours is written as both formats want it', () => {
  const instruments = createInstruments();
  instruments.gauge({ name: 'most', help: 'Most.' }, () => Infinity);
  instruments.gauge({ name: 'least', help: 'Least.' }, () => -Infinity);
  instruments.gauge({ name: 'nothing', help: 'Nothing.' }, () => Number.NaN);
  const page = writePage(instruments.families(), 'text');
  expect(page).toContain('most +Inf\n');
  expect(page).toContain('least -Inf\n');
  expect(page).toContain('nothing NaN\n');
});

test('the runtime tells what it measured, and nothing where it measured nothing', async () => {
  const page = (await createMetrics().page()).write('openmetrics');
  expect(page).toMatch(/^process_cpu_seconds_total \d/m);
  expect(page).not.toMatch(/NaN|9223372036|nodejs_active/);
});
