import { afterAll, expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

const REFUSED = { status: 413, type: 'request_too_large', code: 'body-too-large' } as const;

test('40 MB with a declared length', async () => {
  const answer = await fetch(`${gw.url}/v1/messages`, { method: 'POST', body: new Uint8Array(40_000_000) });
  await expectRefusal(gw, answer, REFUSED);
  expect(gw.fake.stats().received).toBe(0);
});

test('a body without a declared length is read up to the bound and no further', async () => {
  let sentBytes = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sentBytes += 1_000_000;
      controller.enqueue(new Uint8Array(1_000_000));
      if (sentBytes >= 40_000_000) controller.close();
    },
  });
  await expectRefusal(gw, await fetch(`${gw.url}/v1/messages`, { method: 'POST', body }), REFUSED);
});

test('the bound is a setting', async () => {
  await using small = await startTestGateway({ env: { NEXUS_BODY_BYTES_MAX: '2048' } });
  await expectRefusal(small, await small.send('fake-text', { text: 'x'.repeat(2_048) }), REFUSED);
  expect((await small.send('fake-text', { text: 'x'.repeat(1_000) })).status).toBe(200);
});
