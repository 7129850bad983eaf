import { describe, expect, test } from 'bun:test';
import { matchesFilters } from './matches-filters.ts';
import { sampleRequest } from './sample-requests.ts';

const now = Date.parse('2026-11-20T18:10:00.000Z');
const request = sampleRequest({ status: 429, outcome: 'upstream-error', userId: 'jane', project: '/home/jane/shop' });

describe('a new request belongs to a list', () => {
  test.each([
    [{}, true],
    [{ domain: 'default' }, true],
    [{ domain: 'other' }, false],
    [{ accountId: 'nobody' }, false],
    [{ keyId: 'nobody' }, false],
    [{ sessionId: 'nobody' }, false],
    [{ user: 'jane', project: '/home/jane/shop' }, true],
    [{ user: 'nobody' }, false],
    [{ project: 'shop' }, false],
    [{ model: 'claude-sonnet-4-5', kind: 'inference' as const }, true],
    [{ kind: 'compaction' as const }, false],
    [{ status: '429' }, true],
    [{ status: '4xx' }, true],
    [{ status: '5xx' }, false],
    [{ status: 'error' }, true],
    [{ status: 'ok' }, false],
    [{ range: '15m' as const }, true],
    [{ from: '2026-11-20T18:00:00.000Z' }, true],
    [{ to: '2026-11-20T18:00:00.000Z' }, false],
  ])('of %p: %p', (filters, belongs) => expect(matchesFilters(request, filters, now)).toBe(belongs));

  test('not once it is older than the range', () => {
    expect(matchesFilters(request, { range: '15m' }, now + 3_600_000)).toBe(false);
  });
});
