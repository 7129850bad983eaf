import { expect, test } from 'bun:test';
import { isUnread, toRequestLine } from './request-line.ts';

test('a request without a method is not told as having one', () => {
  expect(toRequestLine({ method: 'POST', path: '/v1/messages' })).toBe('POST /v1/messages');
  expect(toRequestLine({ method: 'UNKNOWN', path: '/' })).toBe('no readable first line');
});

test('what no parser took belongs to no conversation', () => {
  expect(['http-malformed', 'head-too-large', 'key-unknown', null].map((errorCode) => isUnread({ errorCode }))).toEqual(
    [true, true, false, false],
  );
});
