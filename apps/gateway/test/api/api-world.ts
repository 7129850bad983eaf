import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '@nexus/config';
import { type Client, createClient } from '@nexus/contract';
import { openStorage, type PgConnection, type Storage } from '@nexus/storage';
import { createTestDatabase } from '@nexus/testkit';
import type { Api, ApiOptions } from '../../src/api/api.ts';
import { createApi } from '../../src/api/create-api.ts';
import { createDashboardSite } from '../../src/api/dashboard-site/create-dashboard-site.ts';
import { createSignIn, type SignIn } from '../../src/api/sign-in/sign-in.ts';
import { createLiveFeed } from '../../src/live/create-live-feed.ts';
import type { LiveFeed } from '../../src/live/live-feed.ts';
import type { RecorderStats } from '../../src/recorder/recorder.ts';
import { nowOfOneDay } from './now-of-one-day.ts';

/** The first test of a machine prepares the shared PostgreSQL; the others take 50 ms. */
export const SET_UP_MS_MAX = 120_000;

export const DASHBOARD_KEY = 'a-dashboard-key-for-tests';

/** Where the data plane of this world would be. */
export const PROXY_PORT = 4321;

const newId = () => Bun.randomUUIDv7();
const silentLog = { info() {}, warn() {}, error() {} };

/** The API and the dashboard's site on real ports, over a database of their own. */
export interface ApiWorld {
  readonly apiUrl: string;
  readonly siteUrl: string;
  readonly dataDir: string;
  readonly distDir: string;
  readonly live: LiveFeed;
  readonly signIn: SignIn;
  readonly storage: Storage | null;
  readonly connection: PgConnection | null;
  /** A client that sends DASHBOARD_API_KEY. */
  readonly client: Client;
  readonly options: ApiOptions;
  /** Moves the clock that sessions, links and throttles see. */
  passTime(ms: number): void;
  stop(): Promise<void>;
}

export interface ApiWorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** False: no database at all, as while it starts. */
  readonly database?: boolean;
  readonly override?: Partial<ApiOptions>;
}

export async function startApiWorld({ env, database = true, override }: ApiWorldOptions = {}): Promise<ApiWorld> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nexus-api-'));
  const config = requireConfig({ NEXUS_DATA_DIR: dataDir, DASHBOARD_API_KEY: DASHBOARD_KEY, ...env });
  const testDatabase = database ? await createTestDatabase() : null;
  const storage = testDatabase === null ? null : openTestStorage(testDatabase.connection);
  let passedMs = 0;
  const clock = () => nowOfOneDay() + passedMs;
  const live = createTestFeed(clock, config.dashboard.liveWatchersMax);
  const signIn = await createSignIn({ dataDir, hours: config.dashboard.signInHours, clock, newId });
  const options: ApiOptions = {
    config,
    version: '0.0.0-test',
    storage: () => storage,
    connected: testDatabase === null ? null : Promise.resolve(testDatabase.connection),
    recorderStats: () => RECORDER_STATS,
    live,
    domains: { list: () => [], credentialOf: () => 'none' },
    signIn,
    metricsPage: async () => ({ write: () => '# HELP nexus_test A metric.\n' }),
    draining: () => false,
    proxyPort: () => PROXY_PORT,
    clock,
    newId,
    log: silentLog,
    ...override,
  };
  const api = createApi(options);
  const distDir = path.join(dataDir, 'dist');
  const browserPolicy = { host: config.server.host, corsOrigins: config.dashboard.corsOrigins };
  const site = createDashboardSite({ api, signIn, distDir, browserPolicy, clock, log: silentLog });
  const apiServer = serve(api);
  const siteServer = serve(site);
  const apiUrl = `http://127.0.0.1:${apiServer.port}`;
  return {
    apiUrl,
    siteUrl: `http://127.0.0.1:${siteServer.port}`,
    dataDir,
    distDir,
    live,
    signIn,
    storage,
    connection: testDatabase?.connection ?? null,
    client: createClient({ baseUrl: apiUrl, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } }),
    options,
    passTime(ms) {
      passedMs += ms;
    },
    async stop() {
      live.close();
      await Promise.all([apiServer.stop(true), siteServer.stop(true)]);
      await api.close();
      await storage?.close();
      await testDatabase?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function createTestFeed(clock: () => number, watchersMax: number): LiveFeed {
  return createLiveFeed({ clock, ringMax: 1000, watchersMax, processToken: 'test' });
}

function serve(face: Pick<Api, 'fetch'>) {
  return Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request, server) => face.fetch(request, server) });
}

/** Headers of a browser page of `origin` that is signed in. */
export async function toSignedInHeaders(world: ApiWorld, origin: string): Promise<Record<string, string>> {
  const session = await world.signIn.open();
  return {
    cookie: `${session.cookieName}=${session.cookieValue}`,
    origin,
    'sec-fetch-site': 'same-origin',
  };
}

export const withKey = { headers: { 'x-dashboard-key': DASHBOARD_KEY } };

/** Status and error code of an answer, which is all that most refusals are about. */
export async function readRefusal(answer: Response): Promise<{ status: number; code: unknown }> {
  const body: unknown = await answer.json();
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  return { status: answer.status, code: error['code'] };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function openTestStorage(connection: Parameters<typeof openStorage>[0]['connection']): Storage {
  return openStorage({ connection, poolMax: 4, prepared: true, slowQueryMs: 60_000, log: silentLog });
}

function requireConfig(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig({ env, file: null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

const RECORDER_STATS: RecorderStats = {
  state: 'writing',
  queuedRecords: 3,
  queuedBytes: 300,
  openExchanges: 0,
  spoolBytes: 4096,
  spoolBytesMax: 2_147_483_648,
  writtenRecords: 10,
  droppedPayloads: 1,
  droppedRecords: 0,
  lastWriteAtMs: 1_763_640_000_000,
  lastProblem: null,
};
