import type { Config } from '@nexus/config';
import { toMetric } from '@nexus/contract';
import type { PriceTable } from '@nexus/core';
import type { Logger, Metrics } from '@nexus/telemetry';
import { addAccountMetrics } from './accounts/account-metrics.ts';
import type { Accounts } from './create-accounts.ts';
import type { CredentialFolder } from './identity/credential-folder.ts';
import { type DomainIndex, createDomainIndex } from './identity/domain-index.ts';
import type { KeyIndex } from './identity/key-index.ts';
import type { Limiter } from './limits/limiter.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { createDeadlineWatch } from './proxy/deadline-watch.ts';
import { createMalformedBound } from './proxy/malformed-bound.ts';
import { type Pipeline, createPipeline } from './proxy/pipeline.ts';
import { keepRunning } from './proxy/record.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { World } from './world.ts';

export interface ProxyParts {
  readonly config: Config;
  readonly world: World;
  readonly folder: CredentialFolder;
  readonly keys: KeyIndex;
  readonly limiter: Limiter;
  readonly prices: PriceTable;
  readonly accounts: Accounts;
  readonly recorder: Recorder;
  readonly live: LiveFeed;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The data plane, wired. */
export interface Proxy {
  readonly pipeline: Pipeline;
  readonly domains: DomainIndex;
  close(): void;
}

export function createProxy(parts: ProxyParts): Proxy {
  const { config, world, folder, keys, limiter, prices, accounts, recorder, live, metrics, log } = parts;
  const { server, upstream, identity, dashboard } = config;
  const { clock, monotonicMs, newId } = world;
  const domains = createDomainIndex(folder, identity.defaultDomain);
  const deadlines = {
    connectMs: upstream.connectTimeoutMs,
    firstByteMs: upstream.firstByteTimeoutMs,
    idleMs: upstream.idleTimeoutMs,
    totalMs: upstream.timeoutMs,
    serverMs: server.timeoutMs,
    bodyMs: server.bodyTimeoutMs,
  };
  const watch = createDeadlineWatch({
    deadlines,
    keep: (exchange) => keepRunning(exchange, recorder),
  });
  addAccountMetrics(metrics, accounts.book);
  metrics.gauge(toMetric('nexus_exchanges_in_flight'), () => watch.size());
  const pipeline = createPipeline({
    domains,
    keys,
    trust: {
      keysRequired: identity.clientAuthRequired,
      everyDomain: identity.clientAuth === false,
      corsOrigins: dashboard.corsOrigins,
    },
    limiter,
    prices,
    book: accounts.book,
    places: accounts.places,
    defaultAccounts: accounts.defaultAccounts,
    commonUpstream: accounts.upstreams.common,
    attemptBounds: { attemptsMax: upstream.attemptsMax, totalMs: upstream.attemptsMs },
    chance: Math.random,
    fetch,
    watch,
    malformedBound: createMalformedBound(metrics),
    recorder,
    live,
    log,
    bodyBytesMax: server.bodyBytesMax,
    bodyTimeoutMs: server.bodyTimeoutMs,
    exchangesMax: server.exchangesMax,
    serverTimeoutMs: server.timeoutMs,
    clock,
    monotonicMs,
    newId,
  });
  return {
    pipeline,
    domains,
    close: () => watch.close(),
  };
}
