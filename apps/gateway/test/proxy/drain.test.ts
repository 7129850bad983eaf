import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

test('closing lets a running stream end and takes nothing new', async () => {
  await using gw = await startTestGateway();
  const answer = await gw.send('fake-stream-20-20', { stream: true });
  const closing = gw.gateway.close({ drainMs: 10_000 });
  expect(await answer.text()).toContain('message_stop');
  await closing;
  expect(gw.send('fake-text')).rejects.toThrow();
  expect(gw.ended().at(-1)).toMatchObject({ outcome: 'completed', status: 200 });
});

test('a stream that does not end in time is cut and recorded', async () => {
  await using gw = await startTestGateway();
  const answer = await gw.send('fake-silence-60', { stream: true });
  await gw.gateway.close({ drainMs: 100 });
  expect(answer.text()).rejects.toThrow();
  expect(gw.ended().at(-1)).toMatchObject({ outcome: 'cut', status: 200 });
});

test('hurrying ends the wait', async () => {
  await using gw = await startTestGateway();
  const asked = gw.send('fake-never').catch(() => null);
  await waitFor('the request to arrive', () => gw.fake.stats().inFlight === 1);
  const closing = gw.gateway.close({ drainMs: 600_000 });
  gw.gateway.hurry();
  await closing;
  await asked;
  expect(gw.ended()).toHaveLength(1);
});
