import { describe, expect, test } from 'bun:test';
import type { LimitWindow } from '../api/limit-queries.ts';
import { formatCountdown, toLimitName, toOutlookWords, toRollingWords, toSourceWords } from './limit-words.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

function at(minutes: number): string {
  return new Date(NOW + minutes * 60_000).toISOString();
}

function createWindow(given: Partial<LimitWindow>): LimitWindow {
  return {
    accountId: 'default',
    name: '5h',
    source: 'unified',
    spanMs: 5 * 3_600_000,
    seenAt: at(-1),
    ageMs: 60_000,
    scope: null,
    isRejected: false,
    usedShare: 0.5,
    resetsAt: at(120),
    isOver: false,
    counted: null,
    forecast: { kind: 'unknown' },
    ...given,
  };
}

describe('a window in words', () => {
  test.each([
    [{ name: '5h', source: 'unified' }, '5 hours'],
    [{ name: '7d_opus', source: 'unified' }, '7 days, opus'],
    [{ name: 'input-tokens', source: 'api-key' }, 'input tokens a minute'],
    [{ name: 'rolling', source: 'rolling' }, 'the last 5 hours'],
  ] as const)('%p is %p', (window, words) => expect(toLimitName(createWindow(window))).toBe(words));

  test.each([
    [1, 'minute'],
    [45, '45 minutes'],
    [60, 'hour'],
    [90, '90 minutes'],
    [300, '5 hours'],
    [1_440, '24 hours'],
    [10_080, '7 days'],
  ])('the last %p minutes are the last %p', (minutes, words) => expect(toRollingWords(minutes * 60_000)).toBe(words));

  test.each([
    [-1, 'now'],
    [0.5, '30 s'],
    [12, '12 m 00 s'],
    [134, '2 h 14 m'],
    [4_564, '3 d 04 h'],
  ])('%p minutes are left as %p', (minutes, words) => expect(formatCountdown(at(minutes), NOW)).toBe(words));

  test('a figure says who told it, and when', () => {
    expect(toSourceWords(createWindow({}), NOW)).toBe('told by Claude 1 m ago');
    expect(toSourceWords(createWindow({ source: 'rolling' }), NOW)).toBe('counted here, last used 1 m ago');
  });
});

describe('where a window is heading', () => {
  const rising = {
    kind: 'rising',
    usedShare: 0.5,
    sharePerHour: 0.4,
    fullAt: at(75),
    fullEarliestAt: at(60),
    fullLatestAt: at(100),
    resetsBefore: false,
  } as const;

  test('it is full before it starts anew: when, and between when', () => {
    const words = toOutlookWords(createWindow({ forecast: rising }));
    expect(words.tone).toBe('bad');
    expect(words.label).toMatch(/^Full at \w{3} \d\d:\d\d$/);
    expect(words.about).toMatch(/^At 40 % an hour: between \w{3} \d\d:\d\d and \w{3} \d\d:\d\d\.$/);
  });

  test('the slowest pace may never fill it', () => {
    const words = toOutlookWords(createWindow({ forecast: { ...rising, fullLatestAt: null } }));
    expect(words.about).toMatch(/after \w{3} \d\d:\d\d or never\.$/);
  });

  test('a pace of a few seconds has no figure, and a narrow band is one instant', () => {
    const quick = { ...rising, sharePerHour: 600, fullEarliestAt: at(75), fullLatestAt: at(75) };
    const words = toOutlookWords(createWindow({ forecast: quick }));
    expect(words.about).toMatch(/^At this pace: about \w{3} \d\d:\d\d\.$/);
  });

  test.each([
    [{ forecast: { ...rising, resetsBefore: true } }, 'ok', 'Lasts'],
    [{ forecast: { kind: 'idle', usedShare: 0.2 } }, 'ok', 'Steady'],
    [{ forecast: { kind: 'idle', usedShare: 0.95 } }, 'bad', 'Steady'],
    [{ forecast: { kind: 'full' } }, 'bad', 'Used up'],
    [{ isRejected: true, forecast: { kind: 'idle', usedShare: 0.2 } }, 'bad', 'Used up'],
    [{ isOver: true, isRejected: true }, 'plain', 'Started anew'],
    [{}, 'plain', 'No forecast yet'],
  ] as const)('%p is %p: %p', (given, tone, label) => {
    expect(toOutlookWords(createWindow(given))).toMatchObject({ tone, label });
  });
});
