import { describe, expect, test } from 'bun:test';
import { PHASES } from '@nexus/contract';
import * as fc from 'fast-check';
import { cutTimeline, layoutTimeline } from './timeline-layout.ts';

const PHASES_OF_A_STREAM = [
  { name: 'receive', startUs: 0, endUs: 120 },
  { name: 'identify-domain', startUs: 120, endUs: 130 },
  { name: 'authenticate', startUs: 130, endUs: 160 },
  { name: 'limit', startUs: 160, endUs: 162 },
  { name: 'pick-account', startUs: 162, endUs: 180 },
  { name: 'forward', startUs: 180, endUs: 800_000 },
  { name: 'observe', startUs: 800_000, endUs: 3_200_000 },
  { name: 'answer', startUs: 800_000, endUs: 3_200_100 },
  { name: 'record', startUs: 3_200_100, endUs: 3_200_150 },
];

describe('the time line of a request', () => {
  test('our time is what lies outside the wait for Claude', () => {
    const timeline = layoutTimeline(PHASES_OF_A_STREAM, 3_200);
    expect(timeline.claude).toEqual({ startUs: 180, endUs: 3_200_100 });
    expect(timeline.oursUs).toBe(180 + 50);
    expect(timeline.totalUs).toBe(3_200_150);
    expect(timeline.phases.map((phase) => phase.name)).toEqual([...PHASES]);
  });

  test('where an account failed before, its time is no time of ours', () => {
    const moved = PHASES_OF_A_STREAM.map((phase) =>
      phase.name === 'pick-account'
        ? { ...phase, startUs: 299_000, endUs: 299_010 }
        : { ...phase, startUs: phase.name === 'forward' ? 299_010 : phase.startUs },
    );
    const spans = { because: 'status 529', durationMs: 300 };
    const attempts = [
      { accountId: 'first', status: 529, startMs: 0, ...spans },
      { accountId: 'second', status: 200, startMs: 299, ...spans },
    ];
    const timeline = layoutTimeline(moved, 3_200, attempts);
    expect(timeline.claude).toEqual({ startUs: 162, endUs: 3_200_100 });
    expect(timeline.oursUs).toBe(162 + 50);
  });

  test('a refused request has no time of Claude', () => {
    const timeline = layoutTimeline(PHASES_OF_A_STREAM.slice(0, 3), 0);
    expect(timeline.claude).toBeNull();
    expect(timeline.oursUs).toBe(160);
    expect(timeline.phases).toHaveLength(3);
  });

  test('phases of a newer gateway are left out', () => {
    expect(layoutTimeline([{ name: 'ponder', startUs: 0, endUs: 9 }], 4).phases).toEqual([]);
  });

  test('our time and that of Claude make the whole', () => {
    const phase = fc.record({ name: fc.constantFrom(...PHASES), startUs: fc.nat(9_999), endUs: fc.nat(9_999) });
    fc.assert(
      fc.property(fc.uniqueArray(phase, { selector: (one) => one.name }), (phases) => {
        const timeline = layoutTimeline(phases, 0);
        const theirsUs = timeline.claude === null ? 0 : timeline.claude.endUs - timeline.claude.startUs;
        expect(timeline.oursUs).toBeGreaterThanOrEqual(0);
        expect(timeline.oursUs + theirsUs).toBe(timeline.totalUs);
      }),
    );
  });

  test('an error is answered without a wait for a token, and whole milliseconds overlap nothing', () => {
    const timeline = { claude: { startUs: 100, endUs: 440 }, totalUs: 450 };
    expect(cutTimeline(timeline, { firstByteMs: 0, firstTokenMs: null, stream: true, status: 529 })).toEqual([
      { name: 'before Claude', startUs: 0, endUs: 100 },
      { name: 'waiting for the first byte', startUs: 100, endUs: 100 },
      { name: 'waiting for the first token', startUs: 100, endUs: 100 },
      { name: 'answer', startUs: 100, endUs: 440 },
      { name: 'after the answer', startUs: 440, endUs: 450 },
    ]);
  });

  test('the parts of any request follow each other and make the whole', () => {
    const instant = fc.option(fc.nat(20));
    const parts = fc.record({
      startUs: fc.nat(9_999),
      lengthUs: fc.nat(9_999),
      restUs: fc.nat(99),
      request: fc.record({ firstByteMs: instant, firstTokenMs: instant, stream: fc.boolean(), status: instant }),
    });
    fc.assert(
      fc.property(parts, ({ startUs, lengthUs, restUs, request }) => {
        const timeline = { claude: { startUs, endUs: startUs + lengthUs }, totalUs: startUs + lengthUs + restUs };
        let atUs = 0;
        for (const part of cutTimeline(timeline, request)) {
          expect(part.startUs).toBe(atUs);
          expect(part.endUs).toBeGreaterThanOrEqual(atUs);
          atUs = part.endUs;
        }
        expect(atUs).toBe(timeline.totalUs);
      }),
    );
  });
});
