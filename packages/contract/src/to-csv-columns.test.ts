import { expect, test } from 'bun:test';
import { OPERATIONS } from './operations.ts';
import { toCsvColumns } from './to-csv-columns.ts';

test('columns come from the contract: named parts, parts that may be missing, and each kind of a union', () => {
  expect(toCsvColumns(OPERATIONS['window.list'])).toEqual([
    'accountId',
    'name',
    'source',
    'spanMs',
    'seenAt',
    'ageMs',
    'scope',
    'isRejected',
    'usedShare',
    'resetsAt',
    'isOver',
    'counted.requestCount',
    'counted.totalTokens',
    'counted.costNano',
    'forecast.kind',
    'forecast.usedShare',
    'forecast.sharePerHour',
    'forecast.fullAt',
    'forecast.fullEarliestAt',
    'forecast.fullLatestAt',
    'forecast.resetsBefore',
  ]);
});

test('where rows stand under names, the first column says what is named', () => {
  expect(toCsvColumns(OPERATIONS['usage.requests'])).toEqual(['domain', 'hour', 'count']);
  expect(toCsvColumns(OPERATIONS['usage.models'])[0]).toBe('model');
});

test('lists and records within a row are one column each', () => {
  const stats = toCsvColumns(OPERATIONS['usage.stats']);
  expect(stats.slice(-2)).toEqual(['requestsByModel', 'requestsByType']);
  expect(toCsvColumns(OPERATIONS['usage.accounts'])).toContain('miniSeries');
});

test('an operation without a table has no columns', () => {
  expect(toCsvColumns(OPERATIONS['me.get'])).toEqual([]);
});
