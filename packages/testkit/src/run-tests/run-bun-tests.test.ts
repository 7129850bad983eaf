import { expect, test } from 'bun:test';
import { toCounts, toSummary } from './run-bun-tests.ts';

const summary = (passed: number, failed: number) =>
  ` ${passed} pass\n ${failed} fail\n 9 expect() calls\nRan some tests.`;

test('counts are read from the summary, with or without colour', () => {
  expect(toCounts(summary(63, 0), 0)).toEqual({ passed: 63, failed: 0 });
  expect(toCounts('\u001b[32m 63 pass\u001b[0m\n\u001b[2m 0 fail\u001b[0m\n', 0)).toEqual({ passed: 63, failed: 0 });
});

test('a summary that a test printed itself does not count', () => {
  expect(toCounts(`${summary(1, 1)}\n${summary(5, 0)}`, 0)).toEqual({ passed: 5, failed: 0 });
});

test('errors between tests are failures', () => {
  expect(toCounts(' 3 pass\n 1 fail\n 2 errors\n', 1)).toEqual({ passed: 3, failed: 3 });
});

test('a run that ended badly, or ran nothing, failed whatever it says', () => {
  expect(toCounts(summary(3, 0), 139)).toEqual({ passed: 3, failed: 1 });
  expect(toCounts('', 0)).toEqual({ passed: 0, failed: 1 });
  expect(toCounts('The following filters did not match any test files', 1)).toEqual({ passed: 0, failed: 1 });
});

test('every run ends with the same line', () => {
  expect(toSummary({ passed: 12, failed: 3 })).toBe('12 passed, 3 failed');
});
