import { afterAll, describe, expect, test } from 'bun:test';
import path from 'node:path';
import { listSettings } from '@nexus/config';
import { aTerminal } from './a-terminal.ts';

const terminal = aTerminal();
afterAll(terminal.remove);

const COMMANDS = [
  [],
  ['start'],
  ['sign-in'],
  ['key'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'revoke'],
  ['account'],
  ['account', 'list'],
  ['account', 'add'],
  ['account', 'login'],
  ['account', 'test'],
  ['account', 'pause'],
  ['account', 'resume'],
  ['account', 'rotate'],
  ['ca', 'export'],
  ['ca', 'show'],
  ['import', 'flow'],
  ['config', 'show'],
  ['config', 'check'],
  ['storage', 'stats'],
  ['version'],
];

describe('help', () => {
  test.each(COMMANDS.map((command) => [['nexus', ...command].join(' '), command] as const))(
    '%s explains itself',
    async (_name, command) => {
      const { code, out } = await terminal.run([...command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain('Usage: nexus');
    },
  );

  test.each(['key', 'limit', 'budget', 'account', 'config', 'storage', 'conversations', 'prices', 'ca', 'import'])(
    '%s and all that stands below it give an example',
    async (group) => {
      const { out } = await terminal.run([group, '--help']);
      const below = [...out.matchAll(/^ {2}(\w[\w-]*) (?=\[options\])/gm)].map((match) => match[1] ?? '');
      expect(below.length).toBeGreaterThan(0);
      for (const words of [[group], ...below.map((verb) => [group, verb])]) {
        const help = await terminal.run([...words, '--help']);
        expect({ words, hasExample: /^Examples?:\n {2}/m.test(help.out) }).toEqual({ words, hasExample: true });
      }
    },
    30_000,
  );

  test('the program says what its exit codes mean', async () => {
    expect((await terminal.run(['--help'])).out).toContain('Exit codes: 0');
  });

  test('start has a flag for every setting, with its name in the environment', async () => {
    const { out } = await terminal.run(['start', '--help']);
    const text = out.replaceAll(/\s+/g, ' ');
    const missing = listSettings().filter(({ flag, env }) => !text.includes(`--${flag} `) || !text.includes(`[${env}`));
    expect(missing).toEqual([]);
  });

  test('a misspelt command or flag is told with the right one', async () => {
    const command = await terminal.run(['strat']);
    const flag = await terminal.run(['--prot', '1']);
    expect([command.code, flag.code]).toEqual([1, 1]);
    expect(command.errors).toContain('Did you mean start?');
    expect(flag.errors).toContain('did you mean --port?');
  });
});

describe('settings', () => {
  test('config show says what is in force and where it came from', async () => {
    const { code, out } = await terminal.run(['config', 'show', '--json', '--port=1234', '--no-pg-prepared'], {
      HOST: '::1',
      ANTHROPIC_API_KEY: 'sk-ant-planted',
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(
      expect.arrayContaining([
        { env: 'PORT', path: 'server.port', value: '1234', origin: '--port' },
        { env: 'HOST', path: 'server.host', value: '::1', origin: 'HOST' },
        { env: 'PG_PREPARED', path: 'storage.prepared', value: 'false', origin: '--pg-prepared' },
        { env: 'ANTHROPIC_API_KEY', path: 'identity.apiKey', value: 'set', origin: 'ANTHROPIC_API_KEY' },
      ]),
    );
  });

  test('config check tells all problems and ends with 1', async () => {
    const { code, errors } = await terminal.run(['config', 'check'], { PORT: 'x', NEXUS_DATADIR: '/data' });
    expect(code).toBe(1);
    expect(errors).toContain('2 settings are wrong');
    expect(errors).toContain('did you mean NEXUS_DATA_DIR?');
  });

  test('words that are no flag are told together with what else is wrong', async () => {
    const { code, errors } = await terminal.run(
      ['config', 'check', '--foo', 'bar', '--host', '--dashboard-port', 'x', 'baz'],
      {
        PORT: 'abc',
        NEXUS_FOO: '1',
      },
    );
    expect([code, errors.split('\n').sort()]).toEqual([
      1,
      [
        '  --foo is not a flag, from the command line',
        '  DASHBOARD_PORT (dashboard.port) must be a whole number, from --dashboard-port',
        '  HOST (server.host) needs a value, from --host',
        '  NEXUS_FOO is not a setting, from the environment',
        '  PORT (server.port) must be a whole number',
        '  baz is not a flag, from the command line',
        '6 settings are wrong:',
      ],
    ]);
  });

  test('config check ends with 0 where all is well, and never shows the database password', async () => {
    const { code, out } = await terminal.run(['config', 'check'], { DATABASE_URL: 'postgres://u:planted@h/db' });
    expect([code, out]).toEqual([0, 'All settings are right. Records go to DATABASE_URL.']);
  });
});

test('where npm fetched Bun, help, hints and refusals name commands that run there', async () => {
  const fetched = aTerminal({ program: '/home/ada/.npm/_npx/8666902f/node_modules/bun/bin/bun.exe' });
  try {
    const help = await fetched.run(['key', '--help']);
    const refused = await fetched.run(['account', 'list', '--port', '1']);
    expect(help.out).toContain(`  npx -y bun@${Bun.version} run nexus key list`);
    expect(help.out).not.toMatch(/^ *bun /m);
    expect(refused.errors).toEndWith(`npx -y bun@${Bun.version} start`);
  } finally {
    fetched.remove();
  }
});

test('version says what to name in a bug report', async () => {
  const { out } = await terminal.run(['version']);
  expect(out).toContain(`bun ${Bun.version}`);
});

test('bun run nexus without a command explains itself, and passes a command on', () => {
  const root = path.resolve(import.meta.dir, '../../..');
  const run = (...words: string[]) =>
    Bun.spawnSync([process.execPath, 'run', '--silent', 'nexus', ...words], { cwd: root, timeout: 20_000 });

  expect(run().stdout.toString()).toContain('Usage: nexus');
  expect(run('key', '--help').stdout.toString()).toContain('Usage: nexus key');
}, 45_000);
