import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FakeClaude, type GatewayProcess, startFakeClaude, startGatewayProcess } from '@nexus/testkit';
import { aTerminal } from './a-terminal.ts';

const terminal = aTerminal();
let fake: FakeClaude;
let gateway: GatewayProcess;
let dataDir: string;
let port: string;

beforeAll(async () => {
  fake = await startFakeClaude();
  dataDir = await mkdtemp(path.join(tmpdir(), 'nexus-cli-sign-in-'));
  gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    dataDir,
    settings: { STORAGE_ENABLED: 'false' },
  });
  ({ port } = new URL(gateway.dashboardUrl));
}, 60_000);

afterAll(async () => {
  await gateway.remove();
  await fake.stop();
  terminal.remove();
  await rm(dataDir, { recursive: true, force: true });
});

test('sign-in prints one link alone, which opens the dashboard once, and keeps only its hash', async () => {
  const { code, out, errors } = await terminal.run(['sign-in', '--data-dir', dataDir, '--dashboard-port', port]);
  expect([code, errors]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/sign-in\\?token=[\\w-]{43}$`));
  const { origin, searchParams } = new URL(out);
  const token = searchParams.get('token') ?? '';
  expect((await readdir(path.join(dataDir, 'sign-in'))).filter((name) => name.includes(token))).toEqual([]);
  const headers = { origin, 'content-type': 'application/json' };
  const open = () => fetch(`${origin}/api/sign-in`, { method: 'POST', headers, body: JSON.stringify({ token }) });
  expect([(await open()).status, (await open()).status]).toEqual([200, 401]);
});

test('where no gateway answers, it says so instead of a link that leads nowhere', async () => {
  const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('another program') });
  try {
    for (const closed of ['1', String(other.port)]) {
      const { code, out, errors } = await terminal.run(['sign-in', '--data-dir', dataDir, '--dashboard-port', closed]);
      expect([code, out]).toEqual([1, '']);
      expect(errors).toStartWith(`No gateway answers at http://127.0.0.1:${closed}, `);
      expect(errors).toContain('--data-dir and --dashboard-port');
    }
  } finally {
    await other.stop(true);
  }
});

test('where the gateway has another data folder, it names both settings', async () => {
  const { code, out, errors } = await terminal.run(['sign-in', '--dashboard-port', port]);
  expect([code, out]).toEqual([1, '']);
  expect(errors).toContain(`has another data folder than ${terminal.dataDir}`);
});
