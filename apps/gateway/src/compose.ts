import path from 'node:path';
import type { Config } from '@nexus/config';
import type { PriceTable } from '@nexus/core';
import { loadPrices } from '@nexus/services';
import { loadKeyHashes, saveKeyUses } from '@nexus/storage';
import { type Logger, createMetrics } from '@nexus/telemetry';
import { createApi } from './api/create-api.ts';
import { createDashboardSite } from './api/dashboard-site/create-dashboard-site.ts';
import { createSignIn } from './api/sign-in/sign-in.ts';
import { type AccountFilesParts, createAccountFiles } from './accounts/credentials/create-account-files.ts';
import { createChangeDesk } from './change-desk.ts';
import { createProxy } from './create-proxy.ts';
import { createAccounts } from './create-accounts.ts';
import { type Database, startDatabase } from './database.ts';
import { createTunnelBook } from './forward/tunnel-book.ts';
import { type Gateway, type GatewayState, createGatewayLife } from './gateway-life.ts';
import type { Core, Doors, GatewayParts } from './gateway-parts.ts';
import { type ExportSettings, toExportSettings } from './export/export-settings.ts';
import { openCredentialFolder } from './identity/credential-folder.ts';
import { createDomainDirectory } from './identity/domain-directory.ts';
import { createKeyCopy } from './identity/key-copy.ts';
import { type KeyIndex, createKeyIndex } from './identity/key-index.ts';
import { createLimits } from './limits/create-limits.ts';
import { createLiveFeed } from './live/create-live-feed.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { NO_NEIGHBOURS, createNeighbours } from './live/neighbours.ts';
import { scheduleTimer } from './live/repeat-task.ts';
import { addGatewayMetrics } from './metrics/add-gateway-metrics.ts';
import { createApiCount } from './metrics/count-api-answers.ts';
import { createRecorder } from './recorder/create-recorder.ts';
import type { Recorder } from './recorder/recorder.ts';
import { addRecorderMetrics } from './recorder-metrics.ts';
import { type Redis, createRedis, toRedisState } from './redis/create-redis.ts';
import { tellOfRecords } from './tell-of-records.ts';
import type { World } from './world.ts';

export type { Gateway } from './gateway-life.ts';

/** Version of this program, as package.json has it. */
export const VERSION = '0.1.0';

/** What a watcher that comes back can catch up on. */
const LIVE_RING_MAX = 10_000;

/** Everything of one process, wired here and nowhere else. Nothing listens yet; the database starts beside. */
export async function createGateway(config: Config, parts: GatewayParts): Promise<Gateway> {
  const core = await createCore(config, parts);
  const state: GatewayState = { draining: false, proxyPort: config.server.port, dashboardPort: config.dashboard.port };
  const doors = await createDoors(core, { ...parts, config, state });
  return createGatewayLife({ config, core, doors, state, ...parts });
}

async function createCore(config: Config, { world, log }: GatewayParts): Promise<Core> {
  const { clock } = world;
  const metrics = createMetrics();
  const folder = await openCredentialFolder({
    folder: config.identity.credentialsDir,
    log,
    readVariable: world.readVariable,
  });
  const redis = createRedis(config.redis, metrics, log);
  const live = createFeed(config, { world, redis, onWatch: () => recorder.askWanted() });
  const changes = createChangeDesk();
  const database = config.storage.enabled
    ? startDatabase({
        config: { ...config.storage, debugSql: config.log.debugSql },
        retention: config.retention,
        log,
        onChange: (noun) => void changes.tell(noun),
        clock,
        newId: world.newId,
      })
    : null;
  const prices = loadPrices(config.prices.file);
  const recorder = openRecorder(config, { database, log, prices, exports: toExports(config, { world, log }) });
  addRecorderMetrics(metrics, () => recorder.stats());
  const keys = createKeys({ config, database, live, clock, log });
  await keys.refresh();
  void database?.ready.then(() => keys.refresh());
  changes.serve(['key'], () => keys.refresh());
  const storage = () => database?.storage() ?? null;
  const accounts = createAccounts({ config, world, folder, storage, redis, live, metrics, log });
  const limits = createLimits({
    config,
    world,
    storage,
    redis,
    metrics,
    onChange: () => live.changed({ type: 'limits-changed' }),
    log,
  });
  void database?.ready.then(() => limits.refresh());
  // A key may come with limits of its own.
  changes.serve(['key', 'limit', 'budget'], () => limits.refresh());
  tellOfRecords(recorder, { live, limits, log });
  const { limiter } = limits;
  const redisConnections = (): number => (redis?.link.isThere() === true ? 1 : 0);
  const wrongDays = (): number => database?.lastUsageProof()?.wrongDays.length ?? 0;
  addGatewayMetrics(metrics, { version: VERSION, live, recorder, storage, redisConnections, wrongDays, clock });
  const proxy = createProxy({ config, world, folder, keys, limiter, prices, accounts, recorder, live, metrics, log });
  const tunnels = createTunnelBook();
  return { metrics, folder, live, recorder, database, redis, keys, changes, limits, accounts, proxy, tunnels };
}

interface RecorderParts extends Pick<GatewayParts, 'log'> {
  readonly database: Database | null;
  readonly prices: PriceTable;
  readonly exports: ExportSettings | null;
}

function openRecorder(config: Config, { database, prices, exports, log }: RecorderParts): Recorder {
  return createRecorder({
    spoolDir: config.storage.enabled ? path.join(config.storage.dataDir, 'spool') : null,
    connection: database?.connected ?? null,
    prepared: config.storage.prepared,
    searchDays: config.search.days,
    prices,
    exports,
    limits: toRecorderLimits(config),
    log,
  });
}

/** Who else is told of requests. */
function toExports(config: Config, { world, log }: GatewayParts): ExportSettings | null {
  const { protocol, endpoint } = config.otel;
  if (protocol === 'grpc' && endpoint !== null) {
    log.warn({ endpoint }, 'OTLP over gRPC is not spoken; set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf');
  }
  return toExportSettings(config, { version: VERSION, instanceId: world.newId() });
}

interface FeedParts extends Pick<GatewayParts, 'world'> {
  readonly redis: Redis | null;
  readonly onWatch: () => void;
}

function createFeed({ dashboard }: Config, { world: { clock, newId }, redis, onWatch }: FeedParts): LiveFeed {
  const processToken = newId().replaceAll('-', '');
  const channel = redis?.openChannel('live') ?? null;
  return createLiveFeed({
    clock,
    ringMax: LIVE_RING_MAX,
    watchersMax: dashboard.liveWatchersMax,
    processToken,
    neighbours:
      channel === null ? NO_NEIGHBOURS : createNeighbours({ channel, processToken, clock, schedule: scheduleTimer }),
    onWatch,
  });
}

interface KeyParts extends Pick<Core, 'database' | 'live'> {
  readonly config: Config;
  readonly clock: () => number;
  readonly log: Logger;
}

function createKeys({ config, database, live, clock, log }: KeyParts): KeyIndex {
  return createKeyIndex({
    loadKeys: async () => {
      if (database === null) return [];
      const storage = database.storage();
      return storage === null ? null : loadKeyHashes(storage, clock());
    },
    copy: createKeyCopy(path.join(config.storage.dataDir, 'keys', 'known.json'), log),
    saveUses: async (uses) => {
      const storage = database?.storage() ?? null;
      if (storage !== null) await saveKeyUses(storage, uses);
      return storage !== null;
    },
    onChange: () => live.changed({ type: 'keys-changed' }),
    salt: config.identity.apiKeySalt?.reveal() ?? '',
    clock,
    log,
  });
}

function toRecorderLimits({ recorder: { spoolBytesMax, memoryBytesMax, responseBytesMax } }: Config) {
  return { spoolBytesMax, recorderBytesMax: memoryBytesMax, responseBytesMax };
}

function toAccountFileParts({ identity }: Config, { folder, accounts }: Core, world: World): AccountFilesParts {
  return {
    folder: identity.credentialsDir,
    refresh: async () => {
      await folder.refresh();
      accounts.refresh();
    },
    files: folder,
    stored: accounts.storedSecrets,
    sources: accounts.sources,
    upstreams: accounts.upstreams,
    settings: {
      authorizeUrl: identity.oauthAuthorizeUrl,
      tokenUrl: identity.oauthTokenUrl,
      redirectUrl: identity.oauthRedirectUrl,
      clientId: identity.oauthClientId,
      scopes: identity.oauthScopes,
    },
    fetch,
    clock: world.clock,
    monotonicMs: world.monotonicMs,
    newId: world.newId,
  };
}

interface DoorParts extends GatewayParts {
  readonly config: Config;
  readonly state: Readonly<GatewayState>;
}

async function createDoors(core: Core, { config, world, log, state }: DoorParts): Promise<Doors> {
  const { clock, newId } = world;
  const signIn = await createSignIn({
    dataDir: config.storage.dataDir,
    hours: config.dashboard.signInHours,
    clock,
    newId,
  });
  const api = createApi({
    config,
    version: VERSION,
    storage: () => core.database?.storage() ?? null,
    connected: core.database?.connected ?? null,
    recorderStats: () => core.recorder.stats(),
    redisState: () => toRedisState(core.redis),
    live: core.live,
    domains: createDomainDirectory(core.folder, core.proxy.domains, config.identity.apiKey !== null),
    accounts: {
      directory: core.accounts.directory,
      files: createAccountFiles(toAccountFileParts(config, core, world)),
    },
    tunnels: core.tunnels,
    findKey: (presented) => core.keys.findForApi(presented),
    tellChanged: (noun) => core.changes.tell(noun),
    signIn,
    metricsPage: () => core.metrics.page(),
    onAnswer: createApiCount(core.metrics),
    draining: () => state.draining,
    proxyPort: () => state.proxyPort,
    clock,
    newId,
    log,
  });
  const site = createDashboardSite({
    api,
    signIn,
    distDir: path.resolve(import.meta.dir, '../../dashboard/dist'),
    browserPolicy: { host: config.server.host, corsOrigins: config.dashboard.corsOrigins },
    clock,
    log,
  });
  return { signIn, api, site };
}
