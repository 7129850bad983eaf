import { afterAll, expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const gw = await startTestGateway({ env: { CORS_ORIGINS: 'https://mine.example' } });
afterAll(() => gw[Symbol.asyncDispose]());

const REFUSED = { status: 403, type: 'permission_error', code: 'origin-refused' } as const;

test.each([
  ['a foreign page', { origin: 'https://evil.example' }],
  ['a sandboxed page', { origin: 'null' }],
  ['a page of another local port', { origin: 'http://localhost:1' }],
  ['a page of a name that a stranger points at us', { origin: 'http://evil.example', host: 'evil.example' }],
  ['a fetch from such a page', { 'sec-fetch-site': 'same-origin', host: 'evil.example' }],
  ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
])('%s', async (_what, headers) => {
  await expectRefusal(gw, await gw.send('fake-text', { headers }), REFUSED);
  expect(gw.fake.stats().received).toBe(0);
});

test('an allowed origin and our own page may call', async () => {
  const host = new URL(gw.url).host;
  for (const headers of [
    { origin: 'https://mine.example' },
    { origin: `http://${host}` },
    { 'sec-fetch-site': 'none' },
  ]) {
    expect((await gw.send('fake-text', { headers })).status).toBe(200);
  }
});
