import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { startGatewayProcess } from '@nexus/testkit';
import { createLoginWorld, HOUR_MS, type LoginWorld } from './login-world.ts';

let world: LoginWorld;
const CALLERS = 200;
/** Every caller of a process was served. */
const ALL = { 200: CALLERS };

beforeEach(async () => {
  world = await createLoginWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

function start(...more: string[]) {
  const script = join(import.meta.dir, 'login-child.ts');
  return Bun.spawn([process.execPath, '--no-orphans', script, world.path, world.fake.url, String(CALLERS), ...more], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
}

/** A login whose token has an hour left and is good no more, with the refresh token that follows it. */
async function takeBack(): Promise<void> {
  await world.write('ada', { expiresAtMs: Date.now() + HOUR_MS });
  const tokens = world.fake.tokens.refresh('sk-ant-ort01-fake-ada-0');
  const file = await world.read();
  file.oauth.refreshToken = tokens?.refreshToken ?? '';
  await Bun.write(world.path, JSON.stringify(file));
}

/** Lets all of them begin at the same moment, and gives what each counted: status → how often. */
async function runTogether(children: readonly ReturnType<typeof start>[]): Promise<unknown[]> {
  const readers = children.map((child) => child.stdout.getReader());
  await Promise.all(readers.map((reader) => reader.read()));
  for (const child of children) {
    void child.stdin.write('go\n');
    void child.stdin.end();
  }
  return Promise.all(
    readers.map(async (reader) => {
      const { value } = await reader.read();
      return value === undefined ? null : JSON.parse(new TextDecoder().decode(value));
    }),
  );
}

test('600 callers of three processes at the end of a token: one refresh, and everybody is served', async () => {
  await world.write('ada');
  expect(await runTogether([start(), start(), start()])).toEqual([ALL, ALL, ALL]);
  expect(world.refreshes()).toBe(1);
}, 30_000);

test('600 callers of three processes whose token the upstream took back: one refresh, and everybody is served', async () => {
  await takeBack();
  expect(await runTogether([start(), start(), start()])).toEqual([ALL, ALL, ALL]);
  expect(world.refreshes()).toBe(1);
}, 30_000);

test('a process that is killed with the answer in its hand takes only that login with it, and says so', async () => {
  await world.write('ada');
  expect(await runTogether([start('die')])).toEqual([null]);
  const [told] = await runTogether([start()]);
  expect(JSON.stringify(told)).toContain('an earlier refresh was cut off');
  // One by the process that died, one by the next: nobody hammers the endpoint with a spent token.
  expect(world.refreshes()).toBe(2);
  await world.write('ada', { expiresAtMs: Date.now() + HOUR_MS });
  expect(await runTogether([start(), start()])).toEqual([ALL, ALL]);
}, 30_000);

test.each([
  ['at the end of a token', () => world.write('ada')],
  ['whose token the upstream took back', takeBack],
])(
  '600 callers of three gateways %s: one refresh, and every caller gets an answer',
  async (_when, prepare) => {
    await prepare();
    const gateways = await Promise.all(
      Array.from({ length: 3 }, () =>
        startGatewayProcess({
          upstreamUrl: world.fake.url,
          databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
          settings: {
            STORAGE_ENABLED: 'false',
            CREDENTIALS_DIR: world.folder,
            NEXUS_OAUTH_TOKEN_URL: `${world.fake.url}/v1/oauth/token`,
          },
        }),
      ),
    );
    try {
      const statuses = await Promise.all(
        gateways.flatMap(({ proxyUrl }) => Array.from({ length: CALLERS }, () => callAs(proxyUrl))),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(world.refreshes()).toBe(1);
    } finally {
      await Promise.all(gateways.map((gateway) => gateway.remove()));
    }
  },
  60_000,
);

async function callAs(proxyUrl: string): Promise<number> {
  const answer = await fetch(`${proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: {
      host: 'team.example.com',
      'x-api-key': 'client-key',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'hello', max_tokens: 10, messages: [{ role: 'user', content: 'Say something.' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}
