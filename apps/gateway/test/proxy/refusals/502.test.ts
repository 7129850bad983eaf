import { afterAll, test } from 'bun:test';
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

test.each(['http://127.0.0.1:1', 'http://no-such-host.invalid'])('nothing is at %s', async (url) => {
  await using alone = await startTestGateway({ env: { CLAUDE_API_BASE_URL: url } });
  await expectRefusal(alone, await alone.send('fake-text'), { ...REFUSED, outcome: 'failed' });
});
