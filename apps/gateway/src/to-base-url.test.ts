import { expect, test } from 'bun:test';
import { toBaseUrl } from './to-base-url.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['nexus.internal', 'http://nexus.internal:3000'],
  ['::1', 'http://[::1]:3000'],
  ['0.0.0.0', 'http://team.example:3000'],
  ['::', 'http://team.example:3000'],
])('bound to %s, clients find us at %s', (host, url) => {
  expect(toBaseUrl(3000, { host, nameWhereAny: 'team.example' })).toBe(url);
});

test('a name that is an IPv6 address gets its brackets', () => {
  expect(toBaseUrl(8080, { host: '::', nameWhereAny: 'fd00::7' })).toBe('http://[fd00::7]:8080');
});
