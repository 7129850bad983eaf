import { expect, test } from 'bun:test';
import { toTolerant } from './invalid-filter.ts';
import { parseRequestFilters } from './request-filters.ts';

const read = toTolerant(parseRequestFilters);

test('an address that is right is read as it is', () => {
  expect(read({ status: '4xx', range: '1h' })).toEqual({ status: '4xx', range: '1h' });
});

test('what is wrong in an address is left out and told with what it must be; the rest counts', () => {
  const place: object = read({ status: 'banana', range: 'forever', model: 'claude-opus-4-5' });
  expect(place).toEqual({
    model: 'claude-opus-4-5',
    status: undefined,
    range: undefined,
    wrong: [
      { name: 'status', value: 'banana', problem: expect.stringContaining('429') },
      { name: 'range', value: 'forever', problem: 'use one of 15m, 1h, 24h, 7d' },
    ],
  });
  // The router would pass on a name that is not there at all.
  expect(Object.keys(place)).toContain('status');
});
