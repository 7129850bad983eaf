import { afterAll, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const gw = await startTestGateway({ env: { NEXUS_DEFAULT_DOMAIN: '' } });
afterAll(() => gw[Symbol.asyncDispose]());

test.each(['unknown.example', 'localhost', '127.0.0.1:3000'])('the host %s is not served here', async (host) => {
  const answer = await gw.send('fake-text', { headers: { host } });
  await expectRefusal(gw, answer, { status: 404, type: 'not_found_error', code: 'domain-unknown' });
});
