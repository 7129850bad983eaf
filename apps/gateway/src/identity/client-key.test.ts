import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { Secret } from '@nexus/config';
import { MintError } from '../accounts/credentials/mint.ts';
import type { SecretReader } from '../accounts/credentials/read-secret.ts';
import { ClientKeyShape, isClientKey, readClientKey, toClientKey } from './client-key.ts';

/** A reader of one secret, which may go away. */
function toReader(secret: () => string | null): SecretReader {
  return {
    read: async () => {
      const text = secret();
      if (text === null) throw new MintError('the variable KEY is missing');
      return new Secret(text);
    },
  };
}

test.each([
  ['itself', 'the-key'],
  ['its hash', { sha256: createHash('sha256').update('the-key').digest('hex') }],
  ['its hash in capitals', { sha256: createHash('sha256').update('the-key').digest('hex').toUpperCase() }],
])('a client key is told by %s', (_how, written) => {
  const key = toClientKey(ClientKeyShape.parse(written));
  expect([isClientKey('the-key', key), isClientKey('the-kex', key), isClientKey('', key)]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([{ sha256: 'abc' }, { stored: 'x' }, { env: 'A B' }, '', 'a b', 7, null])(
  '%p is no client key',
  (written) => {
    expect(ClientKeyShape.safeParse(written).success).toBe(false);
  },
);

test('one that stands elsewhere is followed there, and what was read serves while it is away', async () => {
  let secret: string | null = null;
  const reader = toReader(() => secret);
  const unread = await readClientKey(toClientKey({ env: 'KEY' }), '/f', reader);
  expect([isClientKey('', unread), unread.problem]).toEqual([false, 'the variable KEY is missing']);
  expect(await readClientKey(unread, '/f', reader)).toBe(unread);
  secret = 'first';
  const first = await readClientKey(unread, '/f', reader);
  expect([isClientKey('first', first), first.problem]).toEqual([true, null]);
  expect(await readClientKey(first, '/f', reader)).toBe(first);
  secret = 'second';
  const second = await readClientKey(first, '/f', reader);
  expect([isClientKey('first', second), isClientKey('second', second)]).toEqual([false, true]);
  secret = null;
  const away = await readClientKey(second, '/f', reader);
  expect([isClientKey('second', away), away.problem]).toEqual([true, 'the variable KEY is missing']);
});
