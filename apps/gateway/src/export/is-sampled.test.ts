import { expect, test } from 'bun:test';
import { type Sampling, isSampled } from './is-sampled.ts';
import { toTraceId } from './trace-context.ts';

const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: false };

function decide(sampler: Sampling['sampler'], ratio: number, parent: typeof PARENT | null = null): boolean {
  return isSampled({ sampler, ratio }, PARENT.traceId, parent);
}

test('a caller that has decided is followed by the samplers that say so, and by no other', () => {
  const samplers = ['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const;
  for (const sampled of [true, false]) {
    for (const sampler of samplers) expect(decide(sampler, 0.5, { ...PARENT, sampled })).toBe(sampled);
    expect(decide('always_on', 1, { ...PARENT, sampled })).toBe(true);
    expect(decide('always_off', 1, { ...PARENT, sampled })).toBe(false);
  }
});

test('without one, on is on, off is off, and a ratio of 1 or 0 is all or nothing', () => {
  expect(decide('parentbased_always_on', 0)).toBe(true);
  expect(decide('parentbased_always_off', 1)).toBe(false);
  expect(decide('traceidratio', 1)).toBe(true);
  expect(decide('traceidratio', 0)).toBe(false);
});

test('a tenth of the requests is a tenth, and a larger share holds the smaller one', () => {
  const ids = Array.from({ length: 20_000 }, () => toTraceId(Bun.randomUUIDv7()));
  const take = (ratio: number) => ids.filter((id) => isSampled({ sampler: 'traceidratio', ratio }, id, null));
  const tenth = take(0.1);
  // Six standard deviations of a binomial of 20,000 at 0.1.
  expect(Math.abs(tenth.length - 2_000)).toBeLessThan(260);
  const half = new Set(take(0.5));
  expect(tenth.every((id) => half.has(id))).toBe(true);
});
