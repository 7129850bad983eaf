import { expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';
import { waitFor } from '../../support/wait-for.ts';

const REFUSED = { status: 504, type: 'timeout_error', code: 'upstream-timeout', outcome: 'failed' } as const;

test('no first byte within its bound', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_FIRST_BYTE_TIMEOUT_MS: '150' } });
  await expectRefusal(gw, await gw.send('fake-never'), REFUSED);
  await waitFor('the upstream to be let go', () => gw.fake.stats().inFlight === 0);
});

test('no connection within its bound: an address that swallows packets', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there. Where the network refuses at once, it is a 502.
  await using gw = await startTestGateway({
    env: { NEXUS_CONNECT_TIMEOUT_MS: '150', CLAUDE_API_BASE_URL: 'http://192.0.2.1' },
  });
  const answer = await gw.send('fake-text');
  expect([502, 504]).toContain(answer.status);
  if (answer.status === 504) await expectRefusal(gw, answer, REFUSED);
});

test('the whole exchange takes longer than it may, before the first byte', async () => {
  await using gw = await startTestGateway({ env: { CLAUDE_API_TIMEOUT: '150' } });
  await expectRefusal(gw, await gw.send('fake-never'), REFUSED);
});

test('silence in mid stream cuts it, and the record says so', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_IDLE_TIMEOUT_MS: '150' } });
  const answer = await gw.send('fake-silence-ms-5000', { stream: true });
  expect(answer.status).toBe(200);
  expect(answer.text()).rejects.toThrow();
  const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
  expect(line).toMatchObject({ outcome: 'timed-out', status: 200 });
  await waitFor('the upstream to be let go', () => gw.fake.stats().inFlight === 0);
});

test('a stream that never ends is ended after the total bound, however lively it is', async () => {
  await using gw = await startTestGateway({ env: { CLAUDE_API_TIMEOUT: '1500', NEXUS_IDLE_TIMEOUT_MS: '1000' } });
  const answer = await gw.send('fake-stream-1000-20', { stream: true });
  expect(answer.text()).rejects.toThrow();
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('timed-out');
});

test('a lively stream may take far longer than the bound of silence', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_IDLE_TIMEOUT_MS: '1000' } });
  const answer = await gw.send('fake-stream-40-40', { stream: true });
  expect(await answer.text()).toContain('message_stop');
});
