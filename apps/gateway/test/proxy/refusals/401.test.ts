import { afterAll, expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const locked = await startTestGateway({ env: { ENABLE_CLIENT_AUTH: 'true' } });
const empty = await startTestGateway({ env: { ANTHROPIC_API_KEY: '' } });
afterAll(async () => {
  await locked[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
});

const REFUSED = { status: 401, type: 'authentication_error' } as const;

test('no key where one is required', async () => {
  const answer = await locked.send('fake-text');
  expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  await expectRefusal(locked, answer, { ...REFUSED, code: 'key-missing' });
});

test.each([
  ['a made-up key of ours in x-api-key', { 'x-api-key': 'nx_live_made-up' }],
  ['a made-up key of ours as Bearer', { authorization: 'Bearer nx_live_made-up' }],
  ['a Claude key of the caller', { 'x-api-key': 'sk-ant-api03-mine' }],
  ['a Claude login of the caller', { authorization: 'Bearer sk-ant-oat01-mine' }],
  ['another scheme', { authorization: 'Basic eDp5' }],
])('%s does not open a locked gateway', async (_what, headers) => {
  const answer = await locked.send('fake-text', { headers });
  await expectRefusal(locked, answer, { ...REFUSED, code: 'key-unknown' });
  expect(locked.fake.stats().received).toBe(0);
});

test('a made-up key of ours is refused even where none is required, and never goes upstream', async () => {
  const answer = await empty.send('fake-text', { headers: { 'x-api-key': 'nx_live_made-up' } });
  await expectRefusal(empty, answer, { ...REFUSED, code: 'key-unknown' });
  expect(empty.fake.stats().received).toBe(0);
});

test('nothing stored and nothing brought', async () => {
  await expectRefusal(empty, await empty.send('fake-text'), { ...REFUSED, code: 'credential-missing' });
});
