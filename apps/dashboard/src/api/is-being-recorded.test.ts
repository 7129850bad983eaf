import { expect, test } from 'bun:test';
import { ApiError } from '@nexus/contract';
import { isBeingRecorded } from './is-being-recorded.ts';

const bornMs = 0x01_98_c0_de_00_00;
const requestId = '0198c0de-0000-7000-8000-000000000001';
const unknown = new ApiError({ code: 'request-unknown', message: '', status: 404, requestId: null });

test('a request of a moment ago may still be on its way', () => {
  expect(isBeingRecorded(unknown, requestId, bornMs + 2_000)).toBe(true);
});

test('an old id that is not found stays not found', () => {
  expect(isBeingRecorded(unknown, requestId, bornMs + 3_600_000)).toBe(false);
});

test('other errors are said at once', () => {
  const away = new ApiError({ code: 'storage-unavailable', message: '', status: 503, requestId: null });
  expect(isBeingRecorded(away, requestId, bornMs)).toBe(false);
  expect(isBeingRecorded(new Error('x'), requestId, bornMs)).toBe(false);
});
