import { afterAll, expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

const REFUSED = { status: 502, type: 'api_error', code: 'upstream-unreachable' } as const;

test('the upstream hangs up without an answer', async () => {
  await expectRefusal(gw, await gw.send('fake-close'), { ...REFUSED, outcome: 'failed' });
});

test('the upstream ends before its declared length', async () => {
  await expectRefusal(gw, await gw.send('fake-short-10'), { ...REFUSED, outcome: 'cut' });
});

test.each([
  ['http://127.0.0.1:1', 'the connection was refused'],
  ['http://no-such-host.invalid', 'its host name was not found'],
])('nothing is at %s, and the caller is told that %s', async (url, why) => {
  await using alone = await startTestGateway({ env: { CLAUDE_API_BASE_URL: url } });
  const refused = await alone.send('fake-text');
  expect(await refused.clone().json()).toMatchObject({ error: { message: `Claude could not be reached: ${why}.` } });
  await expectRefusal(alone, refused, { ...REFUSED, outcome: 'failed' });
});

test('something else than HTTP listens where Claude should', async () => {
  const listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { data: (socket) => void socket.end('220 mail.example ESMTP\r\n') },
  });
  await using alone = await startTestGateway({ env: { CLAUDE_API_BASE_URL: `http://127.0.0.1:${listener.port}` } });
  const refused = await alone.send('fake-text');
  const message = 'Claude could not be reached: what answered there does not speak HTTP.';
  expect(await refused.clone().json()).toMatchObject({ error: { message } });
  await expectRefusal(alone, refused, { ...REFUSED, outcome: 'failed' });
  listener.stop(true);
});
