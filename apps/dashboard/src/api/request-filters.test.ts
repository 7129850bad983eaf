import { describe, expect, test } from 'bun:test';
import { ApiError } from '@nexus/contract';
import { countFilters } from './list-filters.ts';
import { parseRequestFilters, toListArguments } from './request-filters.ts';

describe('the filters of an address', () => {
  test('are read by the rules of the API', () => {
    expect(
      parseRequestFilters({ domain: 'a.example', kind: 'inference', status: '4xx', range: '1h', tab: 'raw' }),
    ).toEqual({
      domain: 'a.example',
      kind: 'inference',
      status: '4xx',
      range: '1h',
    });
  });

  test('empty ones are no filters', () => {
    expect(parseRequestFilters({ model: '', status: undefined })).toEqual({});
  });

  test.each([
    [{ status: 'banana' }, 'status'],
    [{ kind: 'banana' }, 'kind'],
    [{ from: 'yesterday' }, 'from'],
    [{ range: '3h' }, 'range'],
  ])('%p is refused by name', (search, name) => {
    const refused = (() => {
      try {
        return parseRequestFilters(search);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ code: 'field-invalid', message: expect.stringContaining(`"${name}"`) });
  });

  test('a range becomes the instant where it begins', () => {
    const now = Date.parse('2026-11-20T18:00:00.000Z');
    expect(toListArguments({ range: '1h', model: 'm' }, now)).toEqual({ model: 'm', from: '2026-11-20T17:00:00.000Z' });
    expect(toListArguments({ status: 'ok' }, now)).toEqual({ status: 'ok' });
  });

  test('are counted', () => {
    expect(countFilters({})).toBe(0);
    expect(countFilters({ range: '1h', status: '5xx' })).toBe(2);
  });
});
