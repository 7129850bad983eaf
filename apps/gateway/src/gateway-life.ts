import type { Config } from '@nexus/config';
import type { AccountDirectory } from './accounts/account-directory.ts';
import { isApiPath } from './api/api-paths.ts';
import { isVisit, toVisitorPage } from './api/visitor-page.ts';
import { openCallerPort } from './callers/open-caller-port.ts';
import type { CallerServer } from './callers/caller-server.ts';
import { openForwardProxy } from './forward/open-forward-proxy.ts';
import type { TunnelBook } from './forward/tunnel-book.ts';
import type { Core, Doors, GatewayParts } from './gateway-parts.ts';
import { type CredentialStatus, listCredentialStatus } from './identity/credential-report.ts';
import { listKeyedDomains } from './identity/domain-index.ts';
import { type Listener, type ServerOf, listen } from './listen.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { splitTarget } from './proxy/exchange.ts';

/** Where a gateway listens. */
export interface GatewayUrls {
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
  /** Null where there is no forward proxy. */
  readonly forwardUrl: string | null;
  /** Null where METRICS_PORT is not set. */
  readonly metricsUrl: string | null;
}

/** One gateway process, whole. */
export interface Gateway {
  /** Opens the ports. @throws {Error} with a sentence for the operator where a port cannot be had. */
  listen(): Promise<GatewayUrls>;
  /** True when the database answered for the first time, at once where storage is off; false where it never will. */
  readonly ready: Promise<boolean>;
  /** How the first try to reach the database went: null where it is ready or off, else why not. */
  readonly firstTry: Promise<string | null>;
  credentials(): readonly CredentialStatus[];
  /** Domains whose stored credential serves only callers with a key, where others need none; `*.suffix` for a wildcard. */
  keyedDomains(): readonly string[];
  /** What passes through the forward proxy unseen. */
  readonly tunnels: TunnelBook;
  /** How the accounts are. */
  readonly accounts: AccountDirectory;
  /** Where the embedded database keeps its files, once it runs; null where there is none. */
  databaseFolder(): string | null;
  /** Path and query of a fresh one-time sign-in link, to go behind the dashboard's address. */
  issueSignInPath(): Promise<string>;
  /**
   * Takes nothing new, lets answers end within `drainMs` (30 s), writes what the database takes and stops everything.
   * A second call waits for the first.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
  /** Makes a running `close` wait for answers no longer. */
  hurry(): void;
}

export interface GatewayLifeParts extends GatewayParts {
  readonly config: Config;
  readonly core: Core;
  readonly doors: Doors;
  readonly state: GatewayState;
}

/** What the API tells of the process. */
export interface GatewayState {
  draining: boolean;
  /** PORT until it is open; then the one that was really taken. */
  proxyPort: number;
  /** DASHBOARD_PORT, likewise. */
  dashboardPort: number;
}

const DRAIN_MS = 30_000;
/** What the recorder may take for its last batch; what is left stays in the spool. */
const RECORDER_CLOSE_MS = 5_000;
/** And where there is no database to take it: enough to put everything into the spool. */
const RECORDER_SPOOL_MS = 500;

/** Opening and closing, in the order in which parts need each other. */
export function createGatewayLife(parts: GatewayLifeParts): Gateway {
  const { core, doors, world } = parts;
  const hurried = Promise.withResolvers<void>();
  let listeners: readonly Listener[] = [];
  let closing: Promise<void> | null = null;

  return {
    ready: core.database?.ready ?? Promise.resolve(true),
    firstTry: core.database?.firstTry ?? Promise.resolve(null),
    listen: async () => {
      const proxy = await openProxyPort(parts);
      listeners = [proxy];
      parts.state.proxyPort = proxy.port;
      const dashboard = openDashboardPort(parts);
      parts.state.dashboardPort = dashboard.port;
      listeners = [proxy, dashboard];
      const forward = await openForwardPort(parts);
      if (forward !== null) listeners = [...listeners, forward];
      const metrics = openMetricsPort(parts);
      if (metrics !== null) listeners = [...listeners, metrics];
      return {
        proxyUrl: proxy.url,
        dashboardUrl: dashboard.url,
        forwardUrl: forward?.url ?? null,
        metricsUrl: metrics?.url ?? null,
      };
    },
    accounts: core.accounts.directory,
    tunnels: core.tunnels,
    credentials: () => listCredentialStatus(core.folder, world.clock()),
    keyedDomains: () =>
      parts.config.identity.clientAuth === false
        ? []
        : listKeyedDomains(core.folder, parts.config.identity.defaultDomain),
    databaseFolder: () => core.database?.embeddedFolder() ?? null,
    issueSignInPath: async () => (await doors.signIn.issueLink()).path,
    hurry: () => hurried.resolve(),
    close: ({ drainMs = DRAIN_MS } = {}) => {
      if (closing === null) {
        const timer = setTimeout(() => hurried.resolve(), drainMs);
        closing = closeAll(parts, listeners, hurried.promise).finally(() => clearTimeout(timer));
      }
      return closing;
    },
  };
}

async function closeAll(
  { core, doors, state }: GatewayLifeParts,
  listeners: readonly Listener[],
  patience: Promise<void>,
): Promise<void> {
  const { proxy, live, recorder, database, redis, keys, limits, folder, accounts } = core;
  state.draining = true;
  proxy.pipeline.drain();
  live.close();
  await Promise.race([Promise.all(listeners.map((listener) => listener.stop())), patience]);
  proxy.pipeline.stopAll();
  await Promise.all(listeners.map((listener) => listener.destroy()));
  await allRecorded(() => proxy.pipeline.inFlight());
  proxy.close();
  await keys.close();
  folder.close();
  await accounts.close();
  const isThere = (database?.storage() ?? null) !== null;
  await Promise.all([recorder.close(isThere ? RECORDER_CLOSE_MS : RECORDER_SPOOL_MS), doors.api.close()]);
  // What the last records cost is settled while there is a database.
  await limits.close();
  redis?.close();
  await database?.close();
}

/** Exchanges that were just stopped are recorded within a moment; their records must be in before the recorder closes. */
async function allRecorded(inFlight: () => number): Promise<void> {
  for (let tries = 0; inFlight() > 0 && tries < RECORD_TRIES_MAX; tries += 1) await Bun.sleep(RECORD_TRY_MS);
}

const RECORD_TRIES_MAX = 200;
const RECORD_TRY_MS = 10;

async function openProxyPort({ config, core, doors, state, world, log }: GatewayLifeParts): Promise<Listener> {
  const { host, port, exchangesMax, timeoutMs } = config.server;
  const { pipeline } = core.proxy;
  return openCallerPort({
    host,
    port,
    setting: 'PORT',
    serve: (request: Request, server: CallerServer) => {
      const { path } = splitTarget(request.url);
      if (isVisit(request, path)) return toVisitorPage(request.headers.get('host'), state);
      return isApiPath(path) ? doors.api.fetch(request, server) : pipeline.handle(request, server);
    },
    connectionsMax: exchangesMax * CONNECTIONS_PER_EXCHANGE,
    stallMs: timeoutMs,
    pipeline,
    onError: (error) => log.error({ error }, 'a request broke outside the pipeline'),
    onDeath: (error) =>
      log.error({ error }, 'the thread that holds the connections of callers died and is started again'),
    newId: world.newId,
  });
}

/** Most connections of clients are kept for their next request. */
const CONNECTIONS_PER_EXCHANGE = 4;

async function openForwardPort({ config, core, world, log }: GatewayLifeParts): Promise<Listener | null> {
  const { server, upstream, forward, identity } = config;
  if (forward.port === null) return null;
  const { upstreams, book } = core.accounts;
  return openForwardProxy({
    ...forward,
    host: server.host,
    port: forward.port,
    upstreams: () =>
      [...new Set([upstreams.common, ...book.list().map((account) => account.upstream)])].map(({ baseUrl }) => baseUrl),
    connectTimeoutMs: upstream.connectTimeoutMs,
    metrics: core.metrics,
    monotonicMs: world.monotonicMs,
    resolve: world.resolve,
    tunnels: core.tunnels,
    dataDir: config.storage.dataDir,
    clock: world.clock,
    pipeline: core.proxy.pipeline,
    domains: core.proxy.domains,
    keys: core.keys,
    keysRequired: identity.clientAuthRequired,
    defaultDomain: identity.defaultDomain,
    newId: world.newId,
    log,
  });
}

function openMetricsPort({ config, core, world, log }: GatewayLifeParts): Listener | null {
  const { metricsPort, metricsToken: token } = config.telemetry;
  if (metricsPort === null) return null;
  return listen({
    host: config.server.host,
    port: metricsPort,
    setting: 'METRICS_PORT',
    fetch: (request) => serveMetrics(request, { token, page: () => core.metrics.page() }),
    onError: (error) => log.error({ error }, 'a scrape of the metrics broke'),
    newId: world.newId,
  });
}

function openDashboardPort({ config, doors, world, log }: GatewayLifeParts): Listener {
  return listen({
    host: config.server.host,
    port: config.dashboard.port,
    setting: 'DASHBOARD_PORT',
    fetch: (request: Request, server: ServerOf) => doors.site.fetch(request, server),
    onError: (error) => log.error({ error }, 'a dashboard request broke'),
    newId: world.newId,
  });
}
