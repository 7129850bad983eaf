import { z } from 'zod';
import { LimitSettings } from './limit-settings.ts';
import { PriceSettings } from './price-settings.ts';
import { RedisSettings } from './redis-settings.ts';
import { toCount, toMs, toSecret } from './setting-shapes.ts';
import { OtelSettings, TelemetrySettings } from './telemetry-settings.ts';

declare module 'zod' {
  interface GlobalMeta {
    /** Name of the environment variable. */
    env?: string;
    /** One or two sentences for people: what it does, and its unit. */
    about?: string;
    /** Never shown; may also be given as a file by `<env>_FILE`. */
    secret?: boolean;
    /** A value as one would write it in the environment. */
    example?: string;
    /** An empty environment variable counts as a value and not as unset. */
    emptyCounts?: boolean;
  }
}

/** `host`, `host:port`, `*.domain`, `[address]:port`; never everything. */
const FORWARD_TARGET = /^(\*\.)?([a-z0-9_-]+\.)*[a-z0-9_-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;

/** Every setting there is. A leaf without `env` and `about` fails the tests; the documentation is generated from here. */
export const ConfigSchema = z.strictObject({
  server: z
    .strictObject({
      port: toPort(3000).meta({ env: 'PORT', about: 'Port of the proxy and the API. 0 takes any free port.' }),
      host: z.string().min(1).default('127.0.0.1').meta({
        env: 'HOST',
        about:
          'Address that both ports bind to. Anything but loopback makes keys required, unless ENABLE_CLIENT_AUTH says otherwise.',
        example: '0.0.0.0',
      }),
      timeoutMs: toMs(660_000).meta({
        env: 'PROXY_SERVER_TIMEOUT',
        about:
          'Longest life of one exchange on our side, in milliseconds. Must be longer than CLAUDE_API_TIMEOUT, so that Claude’s own time-out is the one a caller sees.',
      }),
      bodyBytesMax: toBytes(33_554_432).meta({
        env: 'NEXUS_BODY_BYTES_MAX',
        about: 'Largest request body that is accepted, in bytes. Claude itself refuses more than 32 MB.',
      }),
      bodyTimeoutMs: toMs(30_000).meta({
        env: 'NEXUS_BODY_TIMEOUT_MS',
        about:
          'Longest wait for the next byte of a request body. Bodies up to 256 KB have it and a second for each 4 KB as a whole.',
      }),
      exchangesMax: toCount(5000).meta({
        env: 'NEXUS_EXCHANGES_MAX',
        about:
          'Exchanges in flight at once in this process. One more gets 429 `limit-reached`. A caller that reads more slowly than Claude writes ' +
          'holds some 4 MB while it does, twice that in a sudden crowd: the default wants 20 GB if all callers were such.',
      }),
    })
    .prefault({})
    .meta({ title: 'Server' }),
  upstream: z
    .strictObject({
      baseUrl: toHttpUrl('https://api.anthropic.com').meta({
        env: 'CLAUDE_API_BASE_URL',
        about: 'Where Claude is. Plain http is fine for tests and for upstreams on your own machine.',
        example: 'http://127.0.0.1:4010',
      }),
      timeoutMs: toMs(600_000).meta({
        env: 'CLAUDE_API_TIMEOUT',
        about: 'Longest time one exchange with Claude may take in all, in milliseconds.',
      }),
      connectTimeoutMs: toMs(10_000).meta({
        env: 'NEXUS_CONNECT_TIMEOUT_MS',
        about: 'Longest wait for a connection to Claude, in milliseconds.',
      }),
      firstByteTimeoutMs: toMs(600_000).meta({
        env: 'NEXUS_FIRST_BYTE_TIMEOUT_MS',
        about: 'Longest wait for the first byte of Claude’s answer, in milliseconds. Long thinking is silent.',
      }),
      idleTimeoutMs: toMs(300_000).meta({
        env: 'NEXUS_IDLE_TIMEOUT_MS',
        about: 'Longest silence in the middle of an answer, in milliseconds.',
      }),
      attemptsMax: z.int().min(1).max(20).default(3).meta({
        env: 'NEXUS_ATTEMPTS_MAX',
        about:
          'How many accounts of a pool are asked for one exchange, the first among them, before the caller gets the error of the last. 1 switches fail-over off.',
      }),
      attemptsMs: toMs(15_000).meta({
        env: 'NEXUS_ATTEMPTS_MS',
        about:
          'Time from the first attempt in which another account may be asked or waited for, in milliseconds. Answers themselves may take longer.',
      }),
      privateAllowed: z.boolean().default(false).meta({
        env: 'NEXUS_PRIVATE_UPSTREAMS',
        about:
          'Whether credential files may name upstreams on this machine or a private network. CLAUDE_API_BASE_URL always may.',
      }),
    })
    .prefault({})
    .meta({ title: 'Claude' }),
  identity: z
    .strictObject({
      credentialsDir: z.string().min(1).default('credentials').meta({
        env: 'CREDENTIALS_DIR',
        about:
          'Folder of credential files, `<domain>.credentials.json` each. A relative path starts at the working directory; `~` is your home.',
        example: '~/nexus-credentials',
      }),
      apiKey: toSecret().meta({
        env: 'ANTHROPIC_API_KEY',
        about:
          'Claude API key for domains without a credential file. Without it, callers are served with the credential they bring.',
        secret: true,
        example: 'sk-ant-api03-…',
      }),
      clientAuth: z
        .union([z.boolean(), z.literal('auto')])
        .default('auto')
        .meta({
          env: 'ENABLE_CLIENT_AUTH',
          about:
            'Whether callers need a key of ours. `auto`: only if HOST is not loopback. `true` or `false`: always or never.',
          example: 'true',
        }),
      apiKeySalt: toSecret().meta({
        env: 'API_KEY_SALT',
        about:
          'Mixed into the stored hash of every client key. Changing it makes all keys made before useless. Absent: nothing is mixed in, which is safe too, since keys are long and random.',
        secret: true,
        example: 'a-long-random-text',
      }),
      oauthTokenUrl: toHttpUrl('https://console.anthropic.com/v1/oauth/token').meta({
        env: 'NEXUS_OAUTH_TOKEN_URL',
        about: 'Where logins of `type: oauth` are refreshed, unless their file names another address.',
        example: 'http://127.0.0.1:4010/v1/oauth/token',
      }),
      oauthClientId: z.string().min(1).default('9d1c250a-e61b-44d9-88ed-5944d1962f5e').meta({
        env: 'CLAUDE_OAUTH_CLIENT_ID',
        about: 'Client id that logins of `type: oauth` are refreshed with, unless their file names another.',
      }),
      secretKey: toSecret().meta({
        env: 'SECRET_KEY',
        about:
          'Seals the secrets that are stored in the database. Gateways that share a database need the same one. Absent: a key of its own in NEXUS_DATA_DIR.',
        secret: true,
        example: 'a-long-random-text',
      }),
      oauthAuthorizeUrl: toHttpUrl('https://claude.ai/oauth/authorize').meta({
        env: 'NEXUS_OAUTH_AUTHORIZE_URL',
        about: 'Page on which a person allows a login, for `nexus account login`.',
        example: 'https://login.example.com/authorize',
      }),
      oauthRedirectUrl: toHttpUrl('https://console.anthropic.com/oauth/code/callback').meta({
        env: 'NEXUS_OAUTH_REDIRECT_URL',
        about: 'Page that shows the code after a login, as the client of CLAUDE_OAUTH_CLIENT_ID is registered with.',
        example: 'https://login.example.com/code',
      }),
      oauthScopes: z.string().max(500).default('user:profile user:inference').meta({
        env: 'NEXUS_OAUTH_SCOPES',
        about: 'Scopes that a login asks for, separated by blanks.',
        example: 'user:inference',
      }),
      defaultDomain: z.string().max(255).default('default').meta({
        env: 'NEXUS_DEFAULT_DOMAIN',
        about: 'Domain of requests whose host has no credential file. Empty: such requests get 404 `domain-unknown`.',
        emptyCounts: true,
      }),
    })
    .prefault({})
    .meta({ title: 'Domains, credentials and keys' }),
  storage: z
    .strictObject({
      enabled: z.boolean().default(true).meta({
        env: 'STORAGE_ENABLED',
        about: 'Whether exchanges are recorded. Off: the proxy works, lists stay empty.',
      }),
      dataDir: z.string().min(1).default('~/.claude-nexus').meta({
        env: 'NEXUS_DATA_DIR',
        about:
          'Folder of the embedded database, the spool and generated secrets. Created with mode 0700; of root’s, the account that runs the embedded database may pass through it, not read it (0710).',
      }),
      databaseUrl: toSecret(/^postgres(ql)?:\/\/\S+$/, 'a URL that starts with postgres:// or postgresql://').meta({
        env: 'DATABASE_URL',
        about: 'PostgreSQL 15 or newer. Absent: an embedded PostgreSQL in NEXUS_DATA_DIR.',
        secret: true,
        example: 'postgres://nexus:password@db.internal:5432/nexus',
      }),
      prepared: z.boolean().default(true).meta({
        env: 'PG_PREPARED',
        about: 'Named prepared statements. Switch off behind pgbouncer in transaction mode.',
      }),
      slowQueryMs: z.int().min(0).default(5000).meta({
        env: 'SLOW_QUERY_THRESHOLD_MS',
        about: 'Queries that take longer than this, in milliseconds, are logged.',
      }),
    })
    .prefault({})
    .meta({ title: 'Storage' }),
  redis: RedisSettings,
  retention: z
    .strictObject({
      payloadDays: toDays().meta({
        env: 'NEXUS_RETENTION_PAYLOAD_DAYS',
        about: 'Days for which bodies and headers are kept, at least; they go by whole months. 0 keeps them for ever.',
        example: '90',
      }),
      factsDays: toDays().meta({
        env: 'NEXUS_RETENTION_FACTS_DAYS',
        about:
          'Days for which requests and conversations are kept, at least, and their bodies at most. A conversation goes when all of it is old. 0 keeps them for ever.',
        example: '365',
      }),
      linksDays: toDays().meta({
        env: 'NEXUS_RETENTION_LINKS_DAYS',
        about:
          'Days after its last request for which a conversation can be gone on with. What comes later begins anew. 0: always.',
        example: '180',
      }),
    })
    .prefault({})
    .meta({ title: 'Retention' }),
  recorder: z
    .strictObject({
      memoryBytesMax: toBytes(67_108_864).meta({
        env: 'NEXUS_RECORDER_BYTES_MAX',
        about:
          'Memory for bodies that wait for the recorder, in bytes. Above it, bodies are dropped and counted; facts are kept.',
      }),
      spoolBytesMax: toBytes(2_147_483_648).meta({
        env: 'NEXUS_SPOOL_BYTES_MAX',
        about:
          'Disk for records that wait for the database, in bytes. Above it, bodies are dropped before facts, and counted.',
      }),
      responseBytesMax: toBytes(67_108_864).meta({
        env: 'NEXUS_RESPONSE_BYTES_MAX',
        about: 'Longest answer that is recorded whole, in bytes. The caller always gets all of it.',
      }),
    })
    .prefault({})
    .meta({ title: 'Recorder' }),
  limits: LimitSettings,
  search: z
    .strictObject({
      days: z.int().min(0).max(36_500).default(90).meta({
        env: 'NEXUS_SEARCH_DAYS',
        about:
          'Days for which what was said can be searched, in whole months. 0 switches the search off and deletes its index; the bodies stay.',
      }),
    })
    .prefault({})
    .meta({ title: 'Search' }),
  prices: PriceSettings,
  forward: z
    .strictObject({
      port: z.int().min(0).max(65_535).nullable().default(null).meta({
        env: 'FORWARD_PROXY_PORT',
        about: 'Port of the forward proxy (`curl -x`, HTTPS_PROXY). Absent: there is none. 0 takes any free port.',
        example: '8899',
      }),
      allow: z
        .array(z.string().regex(FORWARD_TARGET, 'must be host, host:port or *.domain'))
        .max(1000)
        .default([])
        .meta({
          env: 'NEXUS_FORWARD_ALLOW',
          about:
            'Hosts besides those of upstreams to which CONNECT may lead, separated by commas: `host` (port 443), `host:port`, `*.domain`. A private address is reached only by an exact `host:port`.',
          example: 'statsig.anthropic.com',
        }),
      intercept: z.boolean().default(false).meta({
        env: 'NEXUS_FORWARD_INTERCEPT',
        about:
          'Whether CONNECT to the host of an upstream is answered by this program itself, under its own certificate authority (`nexus ca export`), so that it is recorded. Off: such connections pass unseen.',
      }),
      connectionsMax: toCount(1000).meta({
        env: 'NEXUS_FORWARD_CONNECTIONS_MAX',
        about: 'Connections to the forward proxy that may be open at once, tunnels among them.',
      }),
      idleTimeoutMs: toMs(600_000).meta({
        env: 'NEXUS_FORWARD_IDLE_MS',
        about: 'Longest silence in a tunnel that passes unseen, in milliseconds.',
      }),
    })
    .prefault({})
    .meta({ title: 'Forward proxy' }),
  dashboard: z
    .strictObject({
      port: toPort(3001).meta({ env: 'DASHBOARD_PORT', about: 'Port of the dashboard. 0 takes any free port.' }),
      apiKey: toSecret().meta({
        env: 'DASHBOARD_API_KEY',
        about:
          'Opens every /api route with full rights, as X-Dashboard-Key, X-API-Key or Bearer. For scripts; people use the sign-in link.',
        secret: true,
        example: 'a-long-random-text',
      }),
      corsOrigins: z
        .array(z.string().refine(isOrigin, 'must be an origin such as https://nexus.example.com, without a path'))
        .default([])
        .meta({
          env: 'CORS_ORIGINS',
          about:
            'Web origins whose pages may call our API (not Claude’s, under /v1) from a browser, separated by commas.',
          example: 'https://nexus.example.com',
        }),
      liveWatchersMax: toCount(200).meta({
        env: 'NEXUS_LIVE_WATCHERS_MAX',
        about: 'Live feeds that may be open at once.',
      }),
      signInHours: z.int().min(1).max(8760).default(168).meta({
        env: 'NEXUS_SIGN_IN_HOURS',
        about: 'How long a browser stays signed in, in hours.',
      }),
    })
    .prefault({})
    .meta({ title: 'Dashboard and API' }),
  telemetry: TelemetrySettings,
  otel: OtelSettings,
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').meta({
        env: 'LOG_LEVEL',
        about: 'How much is logged.',
      }),
      debug: z.boolean().default(false).meta({
        env: 'DEBUG',
        about: 'Short for LOG_LEVEL=debug.',
      }),
      debugSql: z.boolean().default(false).meta({
        env: 'DEBUG_SQL',
        about: 'Logs every query with its time, never its values.',
      }),
    })
    .prefault({})
    .meta({ title: 'Log' }),
});

function toPort(preset: number) {
  return z.int().min(0).max(65_535).default(preset);
}

/** A century; 0 for ever. */
function toDays() {
  return z.int().min(0).max(36_500).default(0);
}

function toBytes(preset: number) {
  return z.int().min(1024).default(preset);
}

function toHttpUrl(preset: string) {
  return z
    .string()
    .refine(isHttpUrl, 'must be an http or https URL without query and fragment')
    .transform((url) => url.replace(/\/+$/, ''))
    .prefault(preset);
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
