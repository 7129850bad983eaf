import { describe, expect, test } from 'bun:test';
import { ApiError } from '@nexus/contract';
import { parseUsageFilters, toRequestFilters } from './usage-filters.ts';

const SPAN = { from: '2026-11-20T14:00:00.000Z', to: '2026-11-20T15:00:00.000Z' };

describe('the address of the usage room', () => {
  test('says span, split, measure, clock and what it is narrowed to, and nothing that it does not say', () => {
    const search = { range: '30d', by: 'keyId', measure: 'tokens', tz: 'Europe/Berlin', model: 'claude-opus-4-5' };
    expect(parseUsageFilters(search)).toEqual({ ...search, range: '30d', by: 'keyId', measure: 'tokens' });
    expect(parseUsageFilters({ other: 'x' })).toEqual({});
  });

  test.each([{ range: '2w' }, { by: 'colour' }, { measure: 'joy' }, { tz: 'Mars/Olympus' }])(
    'is refused where it says %p',
    (search) => expect(() => parseUsageFilters(search)).toThrow(ApiError),
  );
});

describe('the requests behind a figure', () => {
  test('are those of its span and its group', () => {
    const group = { group: 'claude-opus-4-5', isRest: false };
    expect(toRequestFilters({ domain: 'team.example.com' }, { ...SPAN, group })).toEqual({
      ...SPAN,
      domain: 'team.example.com',
      model: 'claude-opus-4-5',
    });
  });

  test('are those of its user and its project', () => {
    const group = { group: '/home/jane/harbour', isRest: false };
    expect(toRequestFilters({ userId: 'ada', by: 'projectId' }, { ...SPAN, group })).toEqual({
      ...SPAN,
      user: 'ada',
      project: '/home/jane/harbour',
    });
  });

  test('cannot be listed where the list knows no such filter', () => {
    expect(toRequestFilters({}, { ...SPAN, group: { group: null, isRest: true } })).toBeNull();
    expect(toRequestFilters({}, { ...SPAN, group: { group: '', isRest: false } })).toBeNull();
    expect(toRequestFilters({ by: 'kind' }, { ...SPAN, group: { group: 'of-later', isRest: false } })).toBeNull();
  });
});
