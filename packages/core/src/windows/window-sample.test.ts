import { describe, expect, test } from 'bun:test';
import { toWindowSamples, toWindowSource, toWindowSpanMs } from './window-sample.ts';

const RESET_S = 1_795_000_000;

function unified(fields: Readonly<Record<string, string | number>>) {
  return Object.entries(fields).map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, String(value)] as const);
}

describe('what the headers of an answer tell of windows', () => {
  test('of each window its share, whether it is used up, and when it starts anew', () => {
    const headers = unified({
      status: 'allowed',
      '5h-status': 'allowed',
      '5h-utilization': '0.31',
      '5h-reset': RESET_S,
      '7d_opus-status': 'allowed',
      '7d_opus-utilization': '-0.0',
      '7d_opus-reset': RESET_S,
    });
    const same = { isRejected: false, isWarned: false, resetsAtMs: RESET_S * 1_000 };
    expect(toWindowSamples(headers)).toEqual([
      { name: '5h', scope: null, usedShare: 0.31, ...same },
      { name: '7d_opus', scope: 'opus', usedShare: 0, ...same },
    ]);
  });

  test('an answer on credits tells of no window, which is not 0 %', () => {
    expect(toWindowSamples(unified({ status: 'allowed', reset: RESET_S, 'overage-status': 'allowed' }))).toEqual([]);
  });

  test('the window that is used up keeps its own reset, whatever the whole names', () => {
    const headers = unified({
      status: 'rejected',
      reset: RESET_S + 500_000,
      'representative-claim': 'seven_day',
      '5h-status': 'rejected',
      '5h-utilization': '1.02',
      '5h-reset': RESET_S,
    });
    expect(toWindowSamples(headers)).toMatchObject([
      { name: '5h', usedShare: 1.02, isRejected: true, isWarned: true, resetsAtMs: RESET_S * 1_000 },
    ]);
  });

  test('a temporary throttle without such headers tells nothing', () => {
    expect(toWindowSamples([['retry-after', '12']])).toEqual([]);
  });
});

test('names tell the span and the source', () => {
  const names = ['5h', '30m-fast', '7d', '7d_opus', '7d_oi', 'requests', 'whole', '7days'];
  expect(names.map(toWindowSpanMs)).toEqual([
    18_000_000,
    1_800_000,
    ...Array<number>(3).fill(604_800_000),
    null,
    null,
    null,
  ]);
  expect(names.map(toWindowSource)).toEqual(
    names.map((name) => (name === 'requests' ? ('api-key' as const) : ('unified' as const))),
  );
});
