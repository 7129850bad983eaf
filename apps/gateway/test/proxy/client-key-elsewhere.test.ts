import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const KEYS: Readonly<Record<string, unknown>> = {
  'env.example.com': { env: 'TEAM_CLIENT_KEY' },
  'file.example.com': { file: 'team-client-key' },
  'hash.example.com': { sha256: createHash('sha256').update('planted-by-hash').digest('hex') },
};

test('the client key of a domain may stand in a variable, in a file that changes, or as its hash alone', async () => {
  await using gw = await startTestGateway({
    env: { ENABLE_CLIENT_AUTH: 'true' },
    world: { readVariable: (name) => (name === 'TEAM_CLIENT_KEY' ? 'planted-by-variable' : undefined) },
    async prepare(folder) {
      for (const [domain, client_api_key] of Object.entries(KEYS)) {
        const file = { type: 'api_key', api_key: 'sk-ant-api03-of-the-team', client_api_key };
        await Bun.write(join(folder, `${domain}.credentials.json`), JSON.stringify(file));
      }
    },
  });
  const ask = async (host: string, key: string): Promise<number> => {
    const answer = await gw.send('fake-text', { headers: { host, 'x-api-key': key } });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await ask('env.example.com', 'planted-by-variable')).toBe(200);
  expect(await ask('env.example.com', 'planted-by-hash')).toBe(401);
  expect(await ask('hash.example.com', 'planted-by-hash')).toBe(200);
  expect(await ask('file.example.com', 'planted-by-file')).toBe(401);
  expect(gw.gateway.credentials().map(({ line }) => line)).toContain(
    'file.example.com: its client key cannot be read, the file team-client-key is missing, empty, too large or not readable; callers with it are refused',
  );
  await Bun.write(join(gw.credentialsDir, 'team-client-key'), 'planted-by-file\n');
  await waitFor('the key', async () => (await ask('file.example.com', 'planted-by-file')) === 200);
  await Bun.write(join(gw.credentialsDir, 'team-client-key'), 'planted-rotated\n');
  await waitFor('the next key', async () => (await ask('file.example.com', 'planted-rotated')) === 200);
  expect(await ask('file.example.com', 'planted-by-file')).toBe(401);
  // It is the caller's key to us, and goes no further.
  const heard = gw.fake.requests.map((request) => request.header('x-api-key'));
  expect(new Set(heard)).toEqual(new Set(['sk-ant-api03-of-the-team']));
  expect(gw.logText()).not.toContain('planted');
});
