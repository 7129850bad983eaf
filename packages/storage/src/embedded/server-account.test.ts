import { expect, test } from 'bun:test';
import { findServerAccount } from './server-account.ts';

const ROOT = 'root:x:0:0:root:/root:/bin/bash';
const NOBODY = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const POSTGRES = 'postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash';

test('postgres goes before nobody', () => {
  expect(findServerAccount([ROOT, NOBODY, POSTGRES].join('\n'))).toEqual({ name: 'postgres', uid: 101, gid: 104 });
  expect(findServerAccount([ROOT, NOBODY].join('\n'))).toEqual({ name: 'nobody', uid: 65_534, gid: 65_534 });
});

test('a name that stands for root, or for nothing, is no account', () => {
  const lines = [ROOT, 'postgres:x:0:0::/:/bin/sh', 'nobody:x:many:few::/:/bin/sh', 'nobody', ''];
  expect(findServerAccount(lines.join('\n'))).toBeNull();
});
