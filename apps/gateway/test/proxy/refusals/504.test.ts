import { expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { startDeafHost } from '../../support/start-deaf-host.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';
import { waitFor } from '../../support/wait-for.ts';

const REFUSED = { status: 504, type: 'timeout_error', code: 'upstream-timeout', outcome: 'failed' } as const;

test('no first byte within its bound', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_FIRST_BYTE_TIMEOUT_MS: '150' } });
  await expectRefusal(gw, await gw.send('fake-never'), REFUSED);
  await waitFor('the upstream to be let go', () => gw.fake.stats().inFlight === 0);
});

test.skipIf(process.platform !== 'linux')(
  'no connection within its bound: a host that swallows packets',
  async () => {
    await using host = await startDeafHost();
    await using gw = await startTestGateway({
      env: { NEXUS_CONNECT_TIMEOUT_MS: '150', CLAUDE_API_BASE_URL: host.url },
    });
    await expectRefusal(gw, await gw.send('fake-text'), REFUSED);
  },
  60_000,
);

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
