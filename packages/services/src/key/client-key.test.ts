import { expect, test } from 'bun:test';
import { hashClientKey, makeClientKey, toKeyHint } from './client-key.ts';

test('a key is told by its prefix, is long and random, and shows little of itself in a list', () => {
  const key = makeClientKey();

  expect(key).toMatch(/^nx_live_[\w-]{43}$/);
  expect(makeClientKey()).not.toBe(key);
  expect(toKeyHint(key)).toBe(key.slice(0, 12));
});

test('the hash of a key depends on the key and on the salt, and on nothing else', () => {
  // From `printf nx_live_x | openssl dgst -sha256 -hmac salt`: the data plane and the command line must agree on it.
  expect(hashClientKey('nx_live_x', 'salt')).toBe('bcce6b4bc1ad639f8fca54ed333f1666c121035fd754e2fe3c23818358c2a816');
  expect(hashClientKey('nx_live_x', 'salt')).not.toBe(hashClientKey('nx_live_x', ''));
  expect(hashClientKey('nx_live_y', 'salt')).not.toBe(hashClientKey('nx_live_x', 'salt'));
});
