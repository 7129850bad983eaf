import { expect, test } from 'bun:test';
import { parseLimitWindows } from './limit-window.ts';

const unified = (pairs: readonly (readonly [string, string])[]) =>
  parseLimitWindows(pairs.map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]));

test('reads windows by their pattern, those that nobody has seen yet too', () => {
  const windows = unified([
    ['status', 'allowed_warning'],
    ['reset', '1800003600'],
    ['5h-status', 'allowed_warning'],
    ['5h-utilization', '0.91'],
    ['5h-reset', '1800003600'],
    ['5h-surpassed-threshold', '0.9'],
    ['7d_oi-utilization', '-0.0'],
    ['7d_oi-reset', '1800500000'],
    ['30d_new-status', 'allowed'],
    ['overage-status', 'rejected'],
  ]);
  const plain = { scope: null, isRejected: false, usedShare: null, shareMax: 0.9, resetsAtMs: null };
  expect(windows).toEqual([
    { ...plain, name: '5h', usedShare: 0.91, resetsAtMs: 1_800_003_600_000 },
    { ...plain, name: '7d_oi', scope: 'fable', usedShare: 0, shareMax: 0.95, resetsAtMs: 1_800_500_000_000 },
    { ...plain, name: '30d_new', scope: 'new' },
  ]);
});

test('the reset of the whole counts only where no window said that it is used up', () => {
  const whole = [
    ['status', 'rejected'],
    ['reset', '1800600000'],
    ['representative-claim', 'seven_day_opus'],
  ] as const;
  expect(unified(whole)).toEqual([
    {
      name: '7d_opus',
      scope: 'opus',
      isRejected: true,
      usedShare: null,
      shareMax: 0.95,
      resetsAtMs: 1_800_600_000_000,
    },
  ]);
  expect(unified([...whole, ['5h-status', 'rejected'], ['5h-reset', '1800003600']])).toEqual([
    { name: '5h', scope: null, isRejected: true, usedShare: null, shareMax: 0.9, resetsAtMs: 1_800_003_600_000 },
  ]);
});

test('reads the limits of an API key as shares', () => {
  const windows = parseLimitWindows([
    ['anthropic-ratelimit-tokens-limit', '480000'],
    ['anthropic-ratelimit-tokens-remaining', '120000'],
    ['anthropic-ratelimit-tokens-reset', '2027-01-15T08:00:30Z'],
    ['content-type', 'application/json'],
  ]);
  expect(windows).toEqual([
    {
      name: 'tokens',
      scope: null,
      isRejected: false,
      usedShare: 0.75,
      shareMax: 0.9,
      resetsAtMs: Date.parse('2027-01-15T08:00:30Z'),
    },
  ]);
});

test('values that make no sense are no limits', () => {
  expect(
    unified([
      ['5h-utilization', 'lots'],
      ['5h-reset', 'soon'],
    ]),
  ).toEqual([{ name: '5h', scope: null, isRejected: false, usedShare: null, shareMax: 0.9, resetsAtMs: null }]);
});
