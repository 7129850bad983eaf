import { connectRaw } from '@nexus/testkit';
import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const BODY_BYTES_MAX = 1_048_576;

test('callers that only promise large bodies take no more than eight of them, and give back what they took', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_BODY_BYTES_MAX: String(BODY_BYTES_MAX) } });
  const promise = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${BODY_BYTES_MAX}\r\n\r\n{`;
  const promising = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const connection = await connectRaw(gw.url);
      await connection.write(Buffer.from(promise));
      return connection;
    }),
  );
  await waitFor('one more to be refused', async () => (await gw.send('fake-text')).status === 429);
  for (const connection of promising) connection.leave('rst');
  await waitFor('the room to be free again', async () => (await gw.send('fake-text')).status === 200);
  expect(gw.fake.stats().inFlight).toBe(0);
});
