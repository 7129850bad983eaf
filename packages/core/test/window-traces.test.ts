import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forecastWindow, toWindowSamples, toWindowSource, type WindowSample } from '../src/index.ts';

const FOLDER = join(import.meta.dir, '../../../fixtures/windows');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface TracedAnswer {
  readonly at: string;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

interface Expected {
  readonly windows: readonly unknown[];
  /** When the window of `forecastOf` was full. */
  readonly fullAt: string | null;
  readonly forecastOf: string | null;
}

const cases = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

function readTrace(name: string): readonly TracedAnswer[] {
  const lines = readFileSync(join(FOLDER, name, 'trace.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line): TracedAnswer => JSON.parse(line));
}

function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(join(FOLDER, name, 'expected.json'), 'utf8'));
}

/** What is known of each window behind an answer: what was told of it last. */
function follow(trace: readonly TracedAnswer[]): ReadonlyMap<string, WindowSample> {
  const latest = new Map<string, WindowSample>();
  for (const { headers } of trace) for (const sample of toWindowSamples(headers)) latest.set(sample.name, sample);
  return latest;
}

test('there is a trace of every case that the wire is known for', () => {
  const wanted = ['api-key', 'floating-reset', 'normal', 'overage', 'per-model', 'refusals', 'slow', 'starts-anew'];
  expect(cases).toEqual(expect.arrayContaining(wanted));
});

describe.each(cases)('the trace %s', (name) => {
  const trace = readTrace(name);
  const { windows } = readExpected(name);

  test('every answer is read as its headers say, and nothing is made up', () => {
    for (const { headers } of trace) {
      const samples = new Map(toWindowSamples(headers).map((sample) => [sample.name, sample]));
      const told = headers.filter(([header]) => /-unified-\d+[hd][a-z_]*-(?:utilization|reset|status)$/.test(header));
      const names = new Set(told.map(([header]) => /-unified-(.+)-\w+$/.exec(header)?.[1] ?? ''));
      for (const window of names) {
        const field = (suffix: string): string | undefined =>
          told.find(([header]) => header === `anthropic-ratelimit-unified-${window}-${suffix}`)?.[1];
        const used = field('utilization');
        const reset = field('reset');
        expect(samples.get(window)).toMatchObject({
          usedShare: used === undefined ? null : Math.max(0, Number(used)),
          resetsAtMs: reset === undefined ? null : Number(reset) * 1_000,
          isRejected: field('status') === 'rejected',
        });
      }
      const claimed = [...samples.values()].filter((sample) => !names.has(sample.name));
      for (const sample of claimed) {
        if (toWindowSource(sample.name) === 'unified')
          expect(sample).toMatchObject({ isRejected: true, usedShare: null });
      }
    }
  });

  test('behind the last answer, each window is what was told of it last', () => {
    const known = [...follow(trace).values()].map((sample): unknown => ({
      name: sample.name,
      scope: sample.scope,
      source: toWindowSource(sample.name),
      usedShare: sample.usedShare === null ? null : Number(sample.usedShare.toFixed(5)),
      isRejected: sample.isRejected,
      resetsAt: sample.resetsAtMs === null ? null : new Date(sample.resetsAtMs).toISOString(),
    }));
    expect(known).toEqual(windows.slice());
  });
});

const filled = cases.filter((name) => readExpected(name).fullAt !== null);

test.each(filled)('an hour before the window of %s is full, the forecast is right within ten minutes', (name) => {
  const trace = readTrace(name);
  const { fullAt, forecastOf } = readExpected(name);
  const fullAtMs = Date.parse(fullAt ?? '');
  const nowMs = fullAtMs - HOUR_MS;
  const seen = trace.filter(({ at }) => Date.parse(at) <= nowMs);
  const samples = seen.flatMap(({ at, headers }) => {
    const share = toWindowSamples(headers).find((sample) => sample.name === forecastOf)?.usedShare ?? null;
    return share === null ? [] : [{ atMs: Date.parse(at), usedShare: share }];
  });
  const resetsAtMs = follow(seen).get(forecastOf ?? '')?.resetsAtMs ?? null;
  const forecast = forecastWindow({ samples, resetsAtMs, nowMs });
  if (forecast.kind !== 'rising') throw new Error(`the forecast is ${forecast.kind}`);
  expect(Math.abs(forecast.fullAtMs - fullAtMs)).toBeLessThanOrEqual(10 * MINUTE_MS);
  expect(forecast.resetsBefore).toBe(false);
  expect(forecast.fullEarliestMs).toBeLessThanOrEqual(forecast.fullAtMs);
});
