import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FakeClaude, type GatewayProcess, startFakeClaude, startGatewayProcess, until } from '@nexus/testkit';
import { toLocalUserAtHost } from '../src/to-local-actor.ts';
import { aTerminal } from './a-terminal.ts';

const terminal = aTerminal();
let fake: FakeClaude;
let gateway: GatewayProcess;
let dataDir: string;

beforeAll(async () => {
  fake = await startFakeClaude();
  dataDir = await mkdtemp(path.join(tmpdir(), 'nexus-cli-accounts-'));
  gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    dataDir,
    settings: { STORAGE_ENABLED: 'false', NEXUS_OAUTH_TOKEN_URL: `${fake.url}/v1/oauth/token` },
  });
}, 60_000);

afterAll(async () => {
  await gateway.remove();
  await fake.stop();
  terminal.remove();
  await rm(dataDir, { recursive: true, force: true });
});

/** One command against the running gateway, let in by what is in its data folder. */
function run(argv: readonly string[], input = '') {
  return terminal.run(['account', ...argv], { NEXUS_DATA_DIR: dataDir, PORT: new URL(gateway.proxyUrl).port }, input);
}

test('an account is added, listed, tested, paused and resumed from the command line', async () => {
  expect((await run(['list'])).out).toContain('There are no accounts');
  const added = await run(['add', 'team-a', '--domain', 'team.example.com'], 'sk-ant-api03-planted\n');
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('Added team-a to team.example.com') });
  const tested = await run(['test', 'team-a']);
  expect(tested).toMatchObject({ code: 0, out: expect.stringContaining('took the credential') });
  expect((await run(['pause', 'team-a'])).out).toContain('team-a is paused');
  expect((await run(['list'])).out).toMatch(/team-a +api-key +team\.example\.com +paused/);
  expect((await run(['resume', 'team-a'])).out).toBe('team-a is healthy.');
  const listed = await run(['list', '--json']);
  expect(JSON.parse(listed.out)).toMatchObject([{ accountId: 'team-a', state: 'healthy' }]);
  expect(listed.out + added.out + added.errors).not.toContain('planted');
});

test('whoever uses DASHBOARD_API_KEY is told of by name', async () => {
  const env = { DASHBOARD_API_KEY: gateway.dashboardKey, PORT: new URL(gateway.proxyUrl).port };
  await terminal.run(['account', 'add', 'team-c', '--domain', 'c.example.com'], env, 'sk-ant-api03-planted\n');
  expect((await terminal.run(['account', 'remove', 'team-c'], env)).out).toStartWith('Removed team-c.');
  expect(gateway.output()).toContain(toLocalUserAtHost());
});

test('without it the command line is told of as such, by the account it runs under', async () => {
  await run(['add', 'team-d', '--domain', 'd.example.com'], 'sk-ant-api03-planted\n');
  await run(['remove', 'team-d']);
  await until('the change to be told of', () => /local-cli/.exec(gateway.output()));
  expect(gateway.output()).not.toMatch(/\bperson\b/);
});

test('an account of any kind is added from a file, given another credential, and removed', async () => {
  const file = path.join(dataDir, 'credential.json');
  await Bun.write(file, JSON.stringify({ type: 'session', token: 'planted-token' }));
  const added = await run(['add', 'team-b', '--domain', 'b.example.com', '--credential', file]);
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('Added team-b to b.example.com') });
  expect((await run(['list'])).out).toMatch(/team-b +session +b\.example\.com +healthy/);
  const replaced = await run(['replace', 'team-b'], 'sk-ant-api03-planted\n');
  expect(replaced).toMatchObject({ code: 0, out: expect.stringContaining('team-b has another credential') });
  expect((await run(['list'])).out).toMatch(/team-b +api-key/);
  const removed = await run(['remove', 'team-b']);
  expect(removed).toMatchObject({ code: 0, out: 'Removed team-b. It no longer serves b.example.com.' });
  expect((await run(['list'])).out).not.toContain('team-b');
  expect(await run(['remove', 'team-b'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('account-unknown'),
  });
  await Bun.write(file, JSON.stringify({ type: 'session', token: 'planted with blanks' }));
  const wrong = await run(['add', 'x', '--credential', file]);
  expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('token: must be') });
  expect(added.out + replaced.out + wrong.errors).not.toContain('planted');
});

test('a login shows its link, takes the code, and is told when the code is wrong', async () => {
  const wrong = await run(['login', 'me'], 'made-up');
  expect(wrong.code).toBe(1);
  expect(wrong.errors).toContain('https://claude.ai/oauth/authorize?');
  expect(wrong.errors).toContain('login-refused');
  expect(await run(['login', 'me'])).toMatchObject({ code: 1, errors: expect.stringContaining('No code was given') });
});

test('what goes wrong is said, and fails', async () => {
  expect(await run(['test', 'nobody'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('account-unknown: `bun run nexus account list`'),
  });
  expect(await run(['replace', 'nobody'])).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^There is no account with this id\.\naccount-unknown: /),
  });
  expect(await run(['add', 'x'])).toMatchObject({ code: 1, errors: expect.stringContaining('No key was given') });
  const away = await terminal.run(['account', 'list'], { PORT: '1' });
  expect(away).toMatchObject({ code: 1, errors: expect.stringContaining('No gateway answers') });
  const awayWithKey = await terminal.run(['account', 'list'], {
    PORT: '1',
    DASHBOARD_API_KEY: 'a-key-of-the-dashboard',
  });
  expect(awayWithKey).toMatchObject({ code: 1, errors: expect.stringContaining('No gateway answers') });
  const stranger = await terminal.run(['account', 'list'], { PORT: new URL(gateway.proxyUrl).port });
  expect(stranger).toMatchObject({ code: 1, errors: expect.stringContaining('does not let') });
});
