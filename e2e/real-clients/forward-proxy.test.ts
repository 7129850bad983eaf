import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import path from 'node:path';
import { type GatewayProcess, until } from '@nexus/testkit';
import { createWorld, type World } from '../src/world.ts';
import { runClaudeCode } from './run-claude-code.ts';

const boundMs = 90_000;
/** Where clients believe to be; nobody there is ever asked. */
const CLAUDE = 'api.anthropic.com';

/** Clients are told of nothing but a proxy; the account behind it is the fake Claude. */
async function createForwardWorld() {
  const world = await createWorld({
    FORWARD_PROXY_PORT: '0',
    NEXUS_FORWARD_INTERCEPT: 'on',
    NEXUS_PRIVATE_UPSTREAMS: 'true',
    CLAUDE_API_BASE_URL: `https://${CLAUDE}`,
  });
  const { gateway } = world;
  if (gateway === null) return { world, proxy: '', ca: '' };
  const account = { type: 'api_key', api_key: 'sk-ant-api03-of-the-gateway', upstream: { baseUrl: world.fake.url } };
  await Bun.write(path.join(gateway.dataDir, 'credentials', 'default.credentials.json'), JSON.stringify(account));
  await until('the account is known', async () => {
    return JSON.stringify(await gateway.ask('/api/accounts')).includes('file:default') ? true : null;
  });
  return { world, proxy: toForwardUrl(gateway), ca: await exportAuthority(gateway) };
}

function toForwardUrl(gateway: GatewayProcess): string {
  return /Forward\s+(http\S+)/.exec(gateway.output())?.[1] ?? '';
}

/** By the command that people use. */
async function exportAuthority({ dataDir }: GatewayProcess): Promise<string> {
  const file = path.join(dataDir, 'exported-ca.pem');
  const cli = path.resolve(import.meta.dir, '../../apps/cli/src/main.ts');
  const child = Bun.spawn([process.execPath, cli, 'ca', 'export', file], {
    cwd: dataDir,
    env: { HOME: dataDir, NEXUS_DATA_DIR: dataDir, PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
  return file;
}

let world: World;
let proxy: string;
let ca: string;

beforeAll(async () => {
  ({ world, proxy, ca } = await createForwardWorld());
}, boundMs);

afterAll(() => world.close());

afterEach(() => world.fake.reset());

describe.skipIf(process.env['NEXUS_E2E_DIRECT'] === '1')('through the forward proxy', () => {
  test(
    'Claude Code with HTTPS_PROXY and the exported authority works, and is recorded',
    async () => {
      const run = await runClaudeCode({
        baseUrl: `https://${CLAUDE}`,
        prompt: 'Echo this.',
        env: { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: ca, NO_PROXY: '' },
      });
      expect(run.result).toBe('You said: Echo this.');
      // With its own address it also asks for settings of its organisation.
      const said = world.fake.requests.filter((request) => request.path === '/v1/messages');
      expect(said.map(({ target }) => target)).toEqual(['/v1/messages?beta=true']);
      expect(said[0]?.header('x-api-key')).toBe('sk-ant-api03-of-the-gateway');
      const rows = (await world.recorded()).filter((row) => row.path === '/v1/messages');
      expect(rows).toMatchObject([{ outcome: 'completed', sessionId: run.sessionId }]);
    },
    boundMs,
  );

  test(
    'curl -x works with http:// and, by the authority, with https://, in every encoding',
    async () => {
      for (const scheme of ['http', 'https']) {
        for (const encoding of ['gzip', 'br', 'zstd']) {
          const said = await curl(
            ['--compressed', '--cacert', ca, `${scheme}://${CLAUDE}/v1/messages`],
            `fake-unicode+encoding-${encoding}`,
          );
          expect(said).toContain('한국어');
        }
      }
      expect(world.fake.requests.map(({ target }) => target)).toEqual(Array(6).fill('/v1/messages'));
      expect(await world.recorded()).toHaveLength(6);
    },
    boundMs,
  );

  test(
    'curl -x to anybody else is refused',
    async () => {
      expect(await curl(['https://metadata.google.internal/'], 'fake-text').catch(String)).toContain('403');
      expect(await curl(['http://169.254.169.254/latest/meta-data/'], 'fake-text').catch(String)).toContain(
        'permission_error',
      );
      expect(world.fake.requests).toEqual([]);
    },
    boundMs,
  );
});

describe.skipIf(process.env['NEXUS_E2E_DIRECT'] === '1')('where keys are required', () => {
  test(
    'curl shows its key in the URL of the proxy, once a connection',
    async () => {
      const locked = await createWorld({
        FORWARD_PROXY_PORT: '0',
        NEXUS_FORWARD_INTERCEPT: 'on',
        ENABLE_CLIENT_AUTH: 'true',
        ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-gateway',
      });
      const { gateway, fake } = locked;
      if (gateway === null) throw new Error('there is always a gateway here');
      const at = toForwardUrl(gateway);
      const authority = await exportAuthority(gateway);
      const host = new URL(fake.url).host;
      const key = await createKey(gateway, 'laptop');
      await until('the key is known', async () => {
        const answer = await fetch(`${gateway.proxyUrl}/v1/models`, { headers: { 'x-api-key': key } });
        return answer.status === 401 ? null : true;
      });
      fake.reset();
      const keyed = at.replace('://', `://nexus:${key}@`);
      for (const scheme of ['http', 'https']) {
        const args = ['--cacert', authority, `${scheme}://${host}/v1/messages`];
        expect(await curl(args, 'fake-text', at).catch(String)).toContain('407');
        expect(await curl(args, 'fake-text', keyed)).toContain('"type":"message"');
      }
      expect(fake.requests).toHaveLength(2);
      expect(JSON.stringify(fake.requests.map((request) => request.headers))).not.toContain(key);
      const rows = JSON.stringify(await locked.recorded());
      expect(rows.match(/"keyId":"[0-9a-f-]{36}"/g)).toHaveLength(2);
      expect(gateway.output()).not.toContain(key);
      await locked.close();
    },
    boundMs,
  );
});

async function createKey({ dashboardUrl, dashboardKey }: GatewayProcess, name: string): Promise<string> {
  const answer = await fetch(`${dashboardUrl}/api/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dashboard-key': dashboardKey },
    body: JSON.stringify({ name }),
  });
  const text = await answer.text();
  return /"(nx_[^"]+)"/.exec(text)?.[1] ?? text;
}

const standing = '--silent --show-error --fail-with-body --max-time 30'.split(' ');

async function curl(args: readonly string[], model: string, through = proxy): Promise<string> {
  const headers = ['x-api-key: sk-ant-test', 'anthropic-version: 2023-06-01', 'content-type: application/json'];
  const body = { model, max_tokens: 9, messages: [{ role: 'user', content: 'Hello.' }] };
  const child = Bun.spawn(
    [
      'curl',
      ...standing,
      '-x',
      through,
      '--noproxy',
      '',
      ...headers.flatMap((header) => ['-H', header]),
      '--data-binary',
      '@-',
      ...args,
    ],
    { stdin: Buffer.from(JSON.stringify(body)), stdout: 'pipe', stderr: 'pipe' },
  );
  const [said, saidWrong, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`curl ended with ${code}: ${saidWrong}${said}`);
  return said;
}
