import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { formatBytes } from './format-bytes.ts';
import { countOf, formatCount, formatCountShort } from './format-count.ts';
import { formatDuration, formatElapsed, formatWholeMs } from './format-duration.ts';
import { formatAgo, formatClock } from './format-instant.ts';
import { shortModel } from './short-model.ts';

describe('numbers on screen', () => {
  test.each([
    [0, '0 ms'],
    [0.000_4, '1 µs'],
    [0.04, '40 µs'],
    [0.42, '0.42 ms'],
    [3.14, '3.1 ms'],
    [85.4, '85 ms'],
    [999, '999 ms'],
    [1_240, '1.24 s'],
    [9_999, '9.99 s'],
    [12_449, '12.4 s'],
    [59_999, '59.9 s'],
    [185_000, '3 m 05 s'],
    [7_500_000, '2 h 05 m'],
  ])('%p milliseconds reads %p', (ms, words) => expect(formatDuration(ms)).toBe(words));

  test('a recorded duration of no whole millisecond is not nothing', () => {
    expect(formatWholeMs(0)).toBe('< 1 ms');
    expect(formatWholeMs(1_240)).toBe('1.24 s');
  });

  test('an elapsed clock never runs backwards below zero', () => {
    expect(formatElapsed(-300)).toBe('0.0 s');
    expect(formatElapsed(4_260)).toBe('4.2 s');
    expect(formatElapsed(64_000)).toBe('1 m 04 s');
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [87_234, '87.2 kB'],
    [999_600, '1 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('%p bytes reads %p', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  test.each([
    [980, '980'],
    [1_000, '1k'],
    [2_450, '2.5k'],
    [12_480, '12k'],
    [999_600, '1M'],
    [1_234_000, '1.2M'],
  ])('%p in short is %p', (count, words) => expect(formatCountShort(count)).toBe(words));

  test('a count agrees with its noun', () => {
    expect(countOf(1, 'request')).toBe('1 request');
    expect(countOf(2_000, 'request')).toBe('2,000 requests');
    expect(formatCount(12_480)).toBe('12,480');
  });

  test('every size and span has a unit and stays narrow', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (value) => {
        expect(formatBytes(value)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB)$/);
        expect(formatDuration(value).length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('instants on screen', () => {
  const now = Date.parse('2026-11-20T18:00:00.000Z');
  test.each([
    ['2026-11-20T17:59:59.500Z', 'now'],
    ['2026-11-20T17:59:48.000Z', '12 s ago'],
    ['2026-11-20T17:55:00.000Z', '5 m ago'],
    ['2026-11-20T15:00:00.000Z', '3 h ago'],
    ['2026-11-18T18:00:00.000Z', '2 d ago'],
    ['2026-11-20T18:00:09.000Z', 'now'],
  ])('%p is %p', (iso, words) => expect(formatAgo(iso, now)).toBe(words));

  test('an instant of another day names the day', () => {
    expect(formatClock('2026-11-18T12:00:00.000Z', now)).toMatch(/^\d\d Nov \d\d:\d\d:\d\d$/);
    expect(formatClock('2026-11-20T17:59:59.000Z', now)).toMatch(/^\d\d:\d\d:\d\d$/);
  });
});

test('a model is shown without vendor and date', () => {
  expect(shortModel('claude-sonnet-4-5-20250929')).toBe('sonnet-4-5');
  expect(shortModel('anthropic.claude-opus-4-20250514-v1:0')).toBe('opus-4');
  expect(shortModel('fake-529')).toBe('fake-529');
});
