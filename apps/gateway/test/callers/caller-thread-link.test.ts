import { expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { connectRaw } from '@nexus/testkit';
import { createAddressMemory } from '../../src/callers/address-table.ts';
import { startCallerThread } from '../../src/callers/caller-thread-link.ts';
import { waitFor } from '../support/wait-for.ts';

const settings = {
  host: '127.0.0.1',
  port: 0,
  innerPort: 9,
  connectionsMax: 9,
  stallMs: 60_000,
  addresses: createAddressMemory(),
};
const refuse = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array());

test('where the thread dies, another one has the port soon after', async () => {
  const deaths: unknown[] = [];
  const link = await startCallerThread({
    module: new URL('dying-thread.ts', import.meta.url),
    settings,
    refuse,
    onDeath: (problem) => deaths.push(problem),
  });
  const url = `http://127.0.0.1:${link.port}`;
  const greet = async (): Promise<string | null> => {
    const connection = await connectRaw(url).catch(() => null);
    if (connection === null) return null;
    return waitFor('a greeting', () => connection.received().toString() || null);
  };
  for (const count of [1, 2]) {
    const connection = await connectRaw(url);
    await connection.write(Buffer.from('x'));
    await connection.closed;
    await waitFor('the death to be told', () => deaths.length === count || null);
    expect(await waitFor('another thread', greet)).toBe('here');
  }
  await link.destroy();
  await waitFor('the port to be free', () =>
    connectRaw(url).then(
      () => null,
      () => true,
    ),
  );
  expect(deaths.length).toBe(2);
});

test('a port that is taken is told with its code', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', () => resolve()));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const module = new URL('../../src/callers/caller-thread.ts', import.meta.url);
  const started = startCallerThread({
    module,
    settings: { ...settings, port },
    refuse,
    onDeath: () => expect.unreachable(),
  });
  expect(await started.then(() => null).catch((error: unknown) => error)).toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
});
