import { describe, expect, test } from 'bun:test';
import { inspect } from 'node:util';
import { describeConfig } from './describe-config.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';
import { toProblemText } from './problem.ts';
import { Secret } from './secret.ts';
import { listSettings, type Setting } from './setting.ts';

const HOME = '/home/ada';

function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig({ file: null, workingDir: '/srv/nexus', ...sources, env: { HOME, ...sources.env } });
}

function configOf(sources: Partial<ConfigSources> = {}) {
  const loaded = load(sources);
  if (!loaded.ok) throw new Error(toProblemText(loaded.problems));
  return loaded.config;
}

function problemsOf(sources: Partial<ConfigSources>) {
  const loaded = load(sources);
  return loaded.ok ? [] : loaded.problems;
}

/** A disk with these files; everything else is missing. */
function aDisk(files: Record<string, string>) {
  return (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return text;
  };
}

describe('presets', () => {
  test('with nothing given, everything has a safe value', () => {
    expect(configOf()).toMatchObject({
      server: { port: 3000, host: '127.0.0.1', timeoutMs: 660_000, bodyBytesMax: 33_554_432, exchangesMax: 5000 },
      upstream: { baseUrl: 'https://api.anthropic.com', timeoutMs: 600_000, connectTimeoutMs: 10_000 },
      identity: {
        credentialsDir: '/srv/nexus/credentials',
        apiKey: null,
        clientAuth: 'auto',
        clientAuthRequired: false,
        defaultDomain: 'default',
      },
      storage: { enabled: true, dataDir: '/home/ada/.claude-nexus', databaseUrl: null, prepared: true },
      dashboard: { port: 3001, apiKey: null, corsOrigins: [], liveWatchersMax: 200, signInHours: 168 },
      log: { level: 'info', debugSql: false },
    });
  });

  test('the result cannot be changed by anybody who gets it', () => {
    const config = configOf();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.dashboard.corsOrigins)).toBe(true);
  });
});

describe('order', () => {
  const file = {
    path: 'nexus.json',
    text: '{ "server": { "port": 1111, "host": "::1" }, "log": { "level": "warn" } }',
  };

  test('a flag wins over the environment, which wins over the file', () => {
    expect(configOf({ file }).server.port).toBe(1111);
    expect(configOf({ file, env: { PORT: '2222' } }).server.port).toBe(2222);
    expect(configOf({ file, env: { PORT: '2222' }, argv: ['--port', '3333'] }).server.port).toBe(3333);
  });

  test('each value knows where it came from', () => {
    const loaded = load({ file, env: { PORT: '2222' }, argv: ['--debug-sql'] });
    if (!loaded.ok) throw new Error('expected settings that load');
    const shown = Object.fromEntries(
      describeConfig(loaded).map(({ setting, value, origin }) => [setting.env, [value, origin]]),
    );
    expect(shown).toMatchObject({
      PORT: ['2222', { kind: 'environment', env: 'PORT' }],
      HOST: ['::1', { kind: 'file', path: 'nexus.json' }],
      DEBUG_SQL: ['true', { kind: 'flag', flag: 'debug-sql' }],
      LOG_LEVEL: ['warn', { kind: 'file', path: 'nexus.json' }],
      DASHBOARD_PORT: ['3001', { kind: 'preset' }],
    });
  });

  test('nexus.json of the working directory is read without being named, and another one by name', () => {
    const readText = aDisk({
      '/srv/nexus/nexus.json': '{ "server": { "port": 1111 } }',
      '/etc/other.json': '{ "server": { "port": 4444 } }',
    });
    const found = loadConfig({ env: { HOME }, workingDir: '/srv/nexus', readText });
    const named = loadConfig({
      env: { HOME },
      workingDir: '/srv/nexus',
      readText,
      argv: ['--config', '/etc/other.json'],
    });
    const none = loadConfig({ env: { HOME }, workingDir: '/tmp', readText });
    expect([found, named, none].map((loaded) => loaded.ok && loaded.config.server.port)).toEqual([1111, 4444, 3000]);
  });

  test('a file that was named and is missing is a problem', () => {
    const loaded = loadConfig({ env: { HOME, NEXUS_CONFIG: 'gone.json' }, workingDir: '/srv', readText: aDisk({}) });
    expect(loaded).toMatchObject({ ok: false, problems: [{ source: '/srv/gone.json' }] });
  });
});

describe('three ways', () => {
  test.each(
    listSettings()
      .filter(({ secret }) => !secret)
      .map((setting) => [setting.env, setting] as const),
  )('%s means the same in the environment, as a flag and in the file', (_name, setting) => {
    const value = toOtherValue(setting);
    const text = Array.isArray(value) ? value.join(',') : String(value);
    const [group = '', name = ''] = setting.path.split('.');
    const file = { path: 'nexus.json', text: JSON.stringify({ [group]: { [name]: value } }) };
    const fromFile = configOf({ file });
    expect(configOf({ env: { [setting.env]: text } })).toEqual(fromFile);
    expect(configOf({ argv: [`--${setting.flag}=${text}`] })).toEqual(fromFile);
    expect(fromFile).not.toEqual(configOf());
  });
});

/** A valid value of a setting that is not its preset. */
function toOtherValue({ kind, preset, choices, example, path }: Setting): unknown {
  if (path === 'server.timeoutMs') return 700_000;
  if (path === 'log.level') return 'warn';
  if (kind === 'integer') return Number(preset) > 2 ? Number(preset) - 2 : Number(preset) + 2;
  if (kind === 'boolean') return preset !== true;
  if (kind === 'boolean-or-word') return true;
  if (kind === 'list') return [example];
  return choices?.at(-1) ?? example ?? 'team.example.com';
}

describe('texts', () => {
  test('an empty variable is unset, except where empty says something', () => {
    const config = configOf({ env: { PORT: '', LOG_LEVEL: ' ', NEXUS_DEFAULT_DOMAIN: '' } });
    expect([config.server.port, config.log.level, config.identity.defaultDomain]).toEqual([3000, 'info', null]);
  });

  test.each(['true', 'TRUE', '1', 'on', 'yes'])('%s means true', (word) => {
    expect(configOf({ env: { DEBUG_SQL: word } }).log.debugSql).toBe(true);
  });

  test.each(['false', '0', 'off', 'No'])('%s means false', (word) => {
    expect(configOf({ env: { PG_PREPARED: word } }).storage.prepared).toBe(false);
  });

  test('a list is separated by commas', () => {
    const config = configOf({ env: { CORS_ORIGINS: 'https://a.example, http://localhost:5173,' } });
    expect(config.dashboard.corsOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  test('paths become absolute, and ~ is the home', () => {
    const config = configOf({ env: { CREDENTIALS_DIR: '~/keys', NEXUS_DATA_DIR: 'data' } });
    expect([config.identity.credentialsDir, config.storage.dataDir]).toEqual(['/home/ada/keys', '/srv/nexus/data']);
  });

  test('the address of Claude loses its last slash, so that paths can be added', () => {
    expect(configOf({ env: { CLAUDE_API_BASE_URL: 'http://127.0.0.1:4010/' } }).upstream.baseUrl).toBe(
      'http://127.0.0.1:4010',
    );
  });

  test('DEBUG lowers the log level and never raises it', () => {
    expect(configOf({ env: { DEBUG: 'true' } }).log.level).toBe('debug');
    expect(configOf({ env: { DEBUG: 'true', LOG_LEVEL: 'trace' } }).log.level).toBe('trace');
  });
});

describe('flags', () => {
  test.each([
    [['--port=8080'], 8080],
    [['--port', '8080'], 8080],
  ])('%p sets the port', (argv, port) => {
    expect(configOf({ argv }).server.port).toBe(port);
  });

  test('a switch needs no value, takes one, and can be negated', () => {
    expect(configOf({ argv: ['--debug', '--port', '1234'] }).log.debug).toBe(true);
    expect(configOf({ argv: ['--debug', 'false'] }).log.debug).toBe(false);
    expect(configOf({ argv: ['--no-storage-enabled'] }).storage.enabled).toBe(false);
    expect(configOf({ argv: ['--enable-client-auth', 'auto'] }).identity.clientAuth).toBe('auto');
    expect(configOf({ argv: ['--enable-client-auth'] }).identity.clientAuthRequired).toBe(true);
  });

  test('a misspelt flag is told with the right one', () => {
    expect(problemsOf({ argv: ['--prot', '8080'] })[0]?.message).toBe('is not a flag; did you mean --port?');
  });

  test('a flag without its value is a problem', () => {
    expect(problemsOf({ argv: ['--port', '--debug'] })).toMatchObject([{ env: 'PORT', message: 'needs a value' }]);
  });
});

describe('client authentication', () => {
  test.each([
    ['127.0.0.1', 'auto', false],
    ['localhost', 'auto', false],
    ['[::1]', 'auto', false],
    ['0.0.0.0', 'auto', true],
    ['127.evil.example', 'auto', true],
    ['10.0.0.7', 'false', false],
    ['127.0.0.1', 'true', true],
  ])('HOST %s with %s: required is %p', (host, word, required) => {
    const config = configOf({ env: { HOST: host, ENABLE_CLIENT_AUTH: word } });
    expect(config.identity.clientAuthRequired).toBe(required);
  });
});

describe('secrets', () => {
  const planted = 'sk-ant-planted-secret';

  test('a secret shows itself only when asked by name', () => {
    const { apiKey } = configOf({ env: { ANTHROPIC_API_KEY: planted } }).identity;
    expect(apiKey?.reveal()).toBe(planted);
    const seen = [inspect({ apiKey }), JSON.stringify({ apiKey }), String(apiKey), inspect(apiKey)];
    expect(seen.join(' ')).not.toContain('planted');
  });

  test('a secret is not in the description of the settings', () => {
    const loaded = load({ env: { ANTHROPIC_API_KEY: planted, DATABASE_URL: 'postgres://u:planted@h/db' } });
    if (!loaded.ok) throw new Error('expected settings that load');
    expect(JSON.stringify(describeConfig(loaded))).not.toContain('planted');
  });

  test('a secret may stand in a file, whose line end does not count', () => {
    const readText = aDisk({ '/run/secrets/key': `${planted}\n` });
    const fromEnvironment = configOf({ readText, env: { ANTHROPIC_API_KEY_FILE: '/run/secrets/key' } });
    const fromFlag = configOf({ readText, argv: ['--anthropic-api-key-file', '/run/secrets/key'] });
    expect(fromEnvironment.identity.apiKey?.reveal()).toBe(planted);
    expect(fromFlag.identity.apiKey).toEqual(new Secret(planted));
  });

  test('a secret on the command line is refused with a better way', () => {
    expect(problemsOf({ argv: ['--database-url=postgres://u:p@h/db'] })[0]?.message).toContain('--database-url-file');
  });

  test.each([
    [{ DATABASE_URL: 'mysql://root:planted@db' }, []],
    [{ DATABASE_URL_FILE: '/gone' }, []],
    [{ API_KEY_SALT: 'planted', API_KEY_SALT_FILE: '/run/salt' }, []],
    [{}, ['--database-url=postgres://u:planted@h/db']],
  ])('a wrong secret is reported without being shown: %p', (env, argv) => {
    const problems = problemsOf({ env, argv, readText: aDisk({}) });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('planted');
  });
});

describe('problems', () => {
  test('all are reported at once, with path, name and source', () => {
    const file = {
      path: '/etc/nexus.json',
      text: '{ "server": { "prot": 1 }, "sevrer": {}, "log": { "level": "loud" } }',
    };
    const problems = problemsOf({
      file,
      env: { PORT: 'eighty', NEXUS_DATADIR: '/data', CORS_ORIGINS: 'https://a.example/path' },
      argv: ['--idle-timeout-ms', '0'],
    });
    expect(toProblemText(problems)).toBe(
      [
        '7 settings are wrong:',
        '  server.prot is not a setting; did you mean server.port?, from /etc/nexus.json',
        '  sevrer is not a group of settings; did you mean server?, from /etc/nexus.json',
        '  NEXUS_DATADIR is not a setting; did you mean NEXUS_DATA_DIR?, from the environment',
        '  PORT (server.port) must be a whole number',
        '  NEXUS_IDLE_TIMEOUT_MS (upstream.idleTimeoutMs) must be at least 1, from --idle-timeout-ms',
        '  CORS_ORIGINS (dashboard.corsOrigins.0) must be an origin such as https://nexus.example.com, without a path',
        '  LOG_LEVEL (log.level) must be one of trace, debug, info, warn, error, silent, from /etc/nexus.json',
      ].join('\n'),
    );
  });

  test.each([
    ['DEBUG', 'pw:api', 'must be true or false'],
    ['ENABLE_CLIENT_AUTH', 'maybe', 'must be one of auto, true, false'],
    ['PORT', '3000.5', 'must be a whole number'],
    ['PORT', '70000', 'must be at most 65535'],
    ['PORT', '99999999999999999999', 'must be at most 65535'],
    ['CLAUDE_API_BASE_URL', 'api.anthropic.com', 'must be an http or https URL without query and fragment'],
  ])('%s=%s %s', (name, text, message) => {
    expect(problemsOf({ env: { [name]: text } })).toMatchObject([{ env: name, message }]);
  });

  test('a file that is not JSON is a problem and not a crash', () => {
    expect(problemsOf({ file: { path: 'nexus.json', text: '{ "server": ' } })[0]?.message).toContain('not valid JSON');
  });

  test('other programs’ variables are none of our business', () => {
    expect(load({ env: { NODE_ENV: 'production', EDITOR: 'vi', NEXUS_TEST_POSTGRES: '1' } }).ok).toBe(true);
  });

  test('two servers on one port, and a server that gives up before Claude does, are told', () => {
    expect(problemsOf({ env: { DASHBOARD_PORT: '3000' } })[0]?.message).toContain('each needs its own');
    expect(problemsOf({ env: { CLAUDE_API_TIMEOUT: '3600000' } })[0]?.message).toContain('must be longer than');
    expect(load({ env: { PORT: '0', DASHBOARD_PORT: '0' } }).ok).toBe(true);
  });
});
