import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { describeRequest, type HeaderList, type RequestDescription } from '../index.ts';

function describeUser(userId: unknown, headers: HeaderList = []): RequestDescription {
  return describeRequest({ body: { metadata: { user_id: userId } }, headers, path: '/v1/messages' });
}

const DEVICE = '0123456789ab'.padEnd(64, 'd');
const ACCOUNT = '1f0e5b1c-0000-4000-8000-00000000ac01';
const SESSION = '3f2b1c0d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';

test.each<[string, unknown, string | null]>([
  ['an account as JSON', { device_id: DEVICE, account_uuid: ACCOUNT, session_id: SESSION }, ACCOUNT],
  ['an account in the form of before', `user_${DEVICE}_account_${ACCOUNT}_session_${SESSION}`, ACCOUNT],
  ['a device as JSON', { device_id: DEVICE, account_uuid: '', session_id: SESSION }, 'device-0123456789ab'],
  ['a device without an account', { device_id: DEVICE }, 'device-0123456789ab'],
  ['a device in the form of before', `user_${DEVICE}_account__session_${SESSION}`, 'device-0123456789ab'],
  ['a session and nobody', { session_id: SESSION }, null],
  ['an account that is no text', { account_uuid: 5, device_id: [], session_id: SESSION }, null],
  ['an SDK’s own id', 'customer-17', 'customer-17'],
  ['an SDK’s own JSON', { team: 'tides' }, '{"team":"tides"}'],
  ['broken JSON', '{"account_uuid":"', '{"account_uuid":"'],
  ['somebody who is called user_…', 'user_of_the_account_of_session_5', 'user_of_the_account_of_session_5'],
  ['blanks', ' \n\t ', null],
  ['nothing', '', null],
  ['no text', 17, null],
])('the user by %s', (_what, userId, user) => {
  const text = typeof userId === 'object' ? JSON.stringify(userId) : userId;
  expect(describeUser(text).userId).toBe(user);
});

test('a user whom the caller names comes before any other, whatever letters the name has', () => {
  expect(describeUser('customer-17', [['x-nexus-user', ' Jane\tDoe ']]).userId).toBe('Jane Doe');
  expect(describeUser('customer-17', [['x-nexus-user', '  ']]).userId).toBe('customer-17');
});

const OF_CLAUDE_CODE = `user_${DEVICE}_account_${ACCOUNT}_session_${SESSION}`;
test.each<{ is: string; said: string | null; named?: string; user: string }>([
  { is: 'what the caller names', said: 'customer-17', named: 'jane', user: 'jane' },
  { is: 'what a program says', said: 'customer-17', user: 'customer-17' },
  { is: 'the owner, where nothing is said', said: null, user: 'ada' },
  { is: 'the owner, where blanks are said', said: ' ', user: 'ada' },
  { is: 'the owner, where Claude Code tells its account', said: OF_CLAUDE_CODE, user: 'ada' },
  { is: 'the owner, where Claude Code tells its device', said: JSON.stringify({ device_id: DEVICE }), user: 'ada' },
])('of a key with an owner, the user is $is', ({ said, named, user }) => {
  const body = { metadata: { user_id: said } };
  const headers: HeaderList = named === undefined ? [] : [['x-nexus-user', named]];
  const key = { owner: 'ada', project: 'shop' };
  expect(describeRequest({ body, headers, path: '/v1/messages', key })).toMatchObject({
    userId: user,
    project: 'shop',
  });
});

test('of a key with a project, only what the caller names comes before it', () => {
  const body = { system: 'You are here.\nWorking directory: /home/jane/tides' };
  const key = { owner: null, project: 'shop' };
  const of = (headers: HeaderList, project: string | null) =>
    describeRequest({ body, headers, path: '/', key: { ...key, project } }).project;
  expect(of([], 'shop')).toBe('shop');
  expect(of([['x-nexus-project', 'harbour']], 'shop')).toBe('harbour');
  expect(of([], null)).toBe('/home/jane/tides');
});

test('a request that says nothing has no user and no project', () => {
  for (const body of [null, [], {}, { metadata: null }, { metadata: { user_id: null } }]) {
    expect(describeRequest({ body, headers: [], path: '/' })).toMatchObject({ userId: null, project: null });
  }
});

test('a secret that stands where a name belongs is masked, also where the name is cut in the middle of it', () => {
  expect(describeUser('sk-ant-api03-PLANTED').userId).toBe('sk-ant-api03-***');
  const token = `eyJ${'a'.repeat(300)}.${'b'.repeat(300)}`;
  expect(describeUser('', [['x-nexus-project', token]]).project).toBe('eyJ***');
  expect(describeUser('', [['x-nexus-user', `Bearer ${token}`]]).userId).not.toContain('aaa');
});

test('names are one line of at most 200 characters, whatever came', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const { userId, project } = describeUser(text, [['x-nexus-project', text]]);
      for (const name of [userId, project]) {
        if (name === null) continue;
        expect(name.length).toBeLessThanOrEqual(200);
        expect(name).toBe(name.trim().toWellFormed());
        expect(name).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
