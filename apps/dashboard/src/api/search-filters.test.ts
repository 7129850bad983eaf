import { expect, test } from 'bun:test';
import { parseSearchFilters, toSearchArguments } from './search-filters.ts';

test('an address says what is searched for and where; the usual order is not said', () => {
  const search = { q: 'boats', role: 'user', range: '7d', order: 'time', at: 'elsewhere', tool: '' };
  expect(parseSearchFilters(search)).toEqual({ q: 'boats', role: 'user', range: '7d' });
  expect(parseSearchFilters({ q: 'boats', order: 'rank' })).toEqual({ q: 'boats', order: 'rank' });
  expect(parseSearchFilters({})).toEqual({});
  expect(() => parseSearchFilters({ role: 'judge' })).toThrow('Filter "role"');
});

test('a span ends now', () => {
  const nowMs = Date.UTC(2026, 10, 8);
  expect(toSearchArguments({ q: 'boats', range: '7d' }, nowMs)).toEqual({
    q: 'boats',
    from: '2026-11-01T00:00:00.000Z',
  });
});
