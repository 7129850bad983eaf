import { test } from 'bun:test';
import { join } from 'node:path';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const REFUSED = { status: 503, type: 'api_error', code: 'credential-invalid' } as const;

test('the credential file of the domain is broken', async () => {
  await using gw = await startTestGateway({
    prepare: async (dir) => void (await Bun.write(join(dir, 'default.credentials.json'), '{"type":"api_key"}')),
  });
  await expectRefusal(gw, await gw.send('fake-text'), REFUSED);
});

test('the stored login has expired, and nobody gives another', async () => {
  const login = { accessToken: 'sk-ant-oat01-old', refreshToken: 'sk-ant-ort01-x', expiresAt: 1_600_000_000_000 };
  const oauth = { ...login, tokenUrl: 'http://127.0.0.1:1/token' };
  await using gw = await startTestGateway({
    prepare: async (dir) =>
      void (await Bun.write(join(dir, 'default.credentials.json'), JSON.stringify({ type: 'oauth', oauth }))),
  });
  await expectRefusal(gw, await gw.send('fake-text'), REFUSED);
});

test('a key of ours cannot be checked before the database has answered for the first time', async () => {
  await using gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ENABLE_CLIENT_AUTH: 'true' },
  });
  const answer = await gw.send('fake-text', { headers: { 'x-api-key': 'nx_live_perhaps-good' } });
  await expectRefusal(gw, answer, { status: 503, type: 'api_error', code: 'storage-unavailable' });
});
