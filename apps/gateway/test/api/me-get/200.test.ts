import { expect, test } from 'bun:test';
import { PROXY_PORT, startApiWorld, withKey } from '../api-world.ts';

test.each([
  ['127.0.0.1', 'localhost:3001', `http://127.0.0.1:${PROXY_PORT}`],
  ['0.0.0.0', 'nexus.team.example:3001', `http://nexus.team.example:${PROXY_PORT}`],
  ['0.0.0.0', '10.0.0.7', `http://10.0.0.7:${PROXY_PORT}`],
  ['::', '[fd00::7]:3001', `http://[fd00::7]:${PROXY_PORT}`],
])('bound to %s and called at %s, the base URL for clients is %s', async (bound, host, proxyUrl) => {
  const world = await startApiWorld({ database: false, env: { HOST: bound } });
  const answer = await fetch(`${world.apiUrl}/api/me`, { headers: { ...withKey.headers, host } });
  const me: unknown = await answer.json();
  await world.stop();

  // Keys are required as soon as it is reached from elsewhere, and whoever paints the lines to paste knows of it.
  expect(me).toMatchObject({ proxyUrl, keysRequired: bound !== '127.0.0.1' });
});
