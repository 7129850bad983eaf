import { expect, test } from 'bun:test';
import { connect, createServer } from 'node:net';
import { until } from '@nexus/testkit';
import { startBrowserWorld } from './browser-world.ts';

test('a tunnel is seen in the Live room while it is open, with where it leads and how much went through', async () => {
  const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket));
  const listening = Promise.withResolvers<void>();
  echo.listen(0, '127.0.0.1', () => listening.resolve());
  await listening.promise;
  const address = echo.address();
  const target = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const world = await startBrowserWorld({ FORWARD_PROXY_PORT: '0', NEXUS_FORWARD_ALLOW: target });
  const forward = new URL(/Forward\s+(http\S+)/.exec(world.gateway.output())?.[1] ?? '');
  const tunnel = connect({ host: forward.hostname, port: Number(forward.port) });
  let heard = '';
  tunnel.on('data', (bytes) => (heard += bytes.toString()));
  tunnel.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${'x'.repeat(1_500)}`);
  await until('the tunnel is open', () => heard.endsWith('x'.repeat(1_500)) || null);

  const { page, context, complaints } = await world.openPage('/live');
  const section = page.getByRole('region', { name: 'Tunnels' });
  const row = section.getByRole('listitem').filter({ hasText: target });
  await row.getByText('↑ 1.5 kB').waitFor();
  await row.getByText('↓ 1.5 kB').waitFor();
  await row.getByText('127.0.0.1', { exact: true }).waitFor();
  tunnel.destroy();
  await section.waitFor({ state: 'hidden' });
  expect(complaints).toEqual([]);
  await context.close();
  await world.stop();
  echo.close();
}, 120_000);
