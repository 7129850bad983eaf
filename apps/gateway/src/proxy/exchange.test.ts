import { expect, test } from 'bun:test';
import { splitTarget } from './exchange.ts';

test.each([
  ['http://host:3000/v1/messages?beta=true', '/v1/messages', '?beta=true'],
  ['http://host/', '/', ''],
  ['http://host', '/', ''],
  ['http://[::1]:3000/a/b?c=http://d/?e', '/a/b', '?c=http://d/?e'],
  ['https://user@host/x?', '/x', '?'],
])('%s is the path %s and the query %s', (url, path, query) => {
  expect(splitTarget(url)).toEqual({ path, query });
});
