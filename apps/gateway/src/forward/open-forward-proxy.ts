import { GatewayError } from '@nexus/contract';
import type { Logger, Metrics } from '@nexus/telemetry';
import { isApiPath } from '../api/api-paths.ts';
import type { Listener } from '../listen.ts';
import { splitTarget } from '../proxy/exchange.ts';
import type { Pipeline, PipelineServer } from '../proxy/pipeline.ts';
import type { ProxyAsk } from '../proxy/proxy-ask.ts';
import { toRefusal } from '../proxy/refusal.ts';
import { type AllowedPlace, toAllowedPlace, toUpstreamPlace } from './allow-list.ts';
import { toTargetText } from './forward-target.ts';
import type { Link } from './front.ts';
import { type ForwardCaller, type GatekeeperParts, identifyForwardCaller, toWantedDomain } from './gatekeeper.ts';
import { createForwardMetrics } from './forward-metrics.ts';
import { type Interceptor, createInterceptor } from './interceptor.ts';
import { type CallerServer, toCallerServer } from '../callers/caller-server.ts';
import { type FrontedPort, openBehindFront } from './open-behind-front.ts';
import { findUpstream, parseAbsoluteForm, toPathBehind } from './parse-absolute-form.ts';
import { type ServeConnectParts, serveConnect } from './serve-connect.ts';
import type { TunnelBook } from './tunnel-book.ts';

export interface ForwardProxyOptions extends GatekeeperParts {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** Entries of NEXUS_FORWARD_ALLOW. */
  readonly allow: readonly string[];
  /** Base URLs of the upstreams as they are now. */
  readonly upstreams: () => readonly string[];
  readonly pipeline: Pipeline;
  /** Whether CONNECT to an upstream is answered here. */
  readonly intercept: boolean;
  /** Where the certificate authority is kept. */
  readonly dataDir: string;
  readonly clock: () => number;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly tunnels: TunnelBook;
  /** The addresses of a host name. */
  readonly resolve: ServeConnectParts['resolve'];
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
  readonly newId: () => string;
  readonly log: Logger;
}

/** Opens the forward proxy. @throws {Error} with a sentence for the operator where its port cannot be had. */
export async function openForwardProxy(options: ForwardProxyOptions): Promise<Listener> {
  let port: FrontedPort | null = null;
  const interceptor = options.intercept ? await openInterceptor(options) : null;
  const connecting: ServeConnectParts = {
    ...options,
    places: () => listPlaces(options),
    interceptor,
    metrics: createForwardMetrics(options.metrics, () => port?.openConnections() ?? 0),
  };
  const opened = await openBehindFront({
    ...options,
    setting: 'FORWARD_PROXY_PORT',
    serve: (request, server, link) => serve(request, server, { link, options, connecting }),
    onError: (error) => options.log.error({ error }, 'a request to the forward proxy broke'),
  });
  port = opened;
  return {
    port: opened.port,
    url: opened.url,
    stop: async () => {
      for (const client of options.tunnels.clients()) client.setTimeout(DRAIN_SILENCE_MS, () => client.destroy());
      await Promise.all([opened.stop(), interceptor?.stop()]);
    },
    destroy: async () => {
      await Promise.all([opened.destroy(), interceptor?.destroy()]);
    },
  };
}

/** A tunnel that is silent this long when the gateway drains has nothing to lose. */
const DRAIN_SILENCE_MS = 1_000;

/** Somebody else on this machine found the port behind the front. */
function toStranger({ newId }: ForwardProxyOptions): Response {
  return toRefusal(new GatewayError('target-refused'), newId());
}

interface Served {
  readonly link: Link;
  readonly options: ForwardProxyOptions;
  readonly connecting: ServeConnectParts;
}

function serve(request: Request, server: CallerServer, served: Served): Promise<Response> | Response {
  const { link, options, connecting } = served;
  link.requests += 1;
  switch (link.first.kind) {
    case 'reverse':
      return serveReverse(request, server, options);
    case 'absolute':
      return serveAbsolute(request, server, served);
    case 'connect':
      return serveConnect(request, link, connecting);
    default:
      return link.first.kind satisfies never;
  }
}

/** Our own API is not here: it would take every caller for one on this machine. */
function serveReverse(
  request: Request,
  server: PipelineServer,
  { pipeline, newId }: ForwardProxyOptions,
): Promise<Response> | Response {
  if (!isApiPath(splitTarget(request.url).path)) return pipeline.handle(request, server);
  return toRefusal(new GatewayError('route-unknown'), newId());
}

/** One request a connection, since of a second one nobody would know whom it meant. */
async function serveAbsolute(request: Request, server: CallerServer, { link, options }: Served): Promise<Response> {
  const { first, requests } = link;
  const ask = toAsk(request, first.target, options);
  const isSecond = requests > 1;
  const response = await options.pipeline.handle(
    request,
    server,
    isSecond ? { ...ask, refusal: new GatewayError('target-refused') } : ask,
  );
  response.headers.set('connection', 'close');
  return response;
}

function toAsk(request: Request, target: string, options: ForwardProxyOptions): ProxyAsk {
  const { path } = splitTarget(request.url);
  const caller = identifyForwardCaller(request.headers, options);
  const form = parseAbsoluteForm(target);
  const place = form === null ? null : findUpstream(listPlaces(options), form, path);
  const refusal = caller.refusal ?? (place === null ? new GatewayError('target-refused') : null);
  return { ...toMeant(request, place, { caller, options, meant: form?.host ?? 'unknown' }), refusal };
}

interface Meaning {
  readonly caller: ForwardCaller;
  readonly options: ForwardProxyOptions;
  /** The host that was meant. */
  readonly meant: string;
}

function toMeant(request: Request, place: AllowedPlace | null, { caller, options, meant }: Meaning): ProxyAsk {
  const { path, query } = splitTarget(request.url);
  return {
    target: place === null ? meant : toTargetText(place),
    path: toPathBehind(path, place?.basePath ?? null),
    query,
    domain: caller.domain ?? toWantedDomain(request.headers, options.defaultDomain) ?? meant,
    proxyKey: caller.key,
    refusal: null,
  };
}

async function openInterceptor(options: ForwardProxyOptions): Promise<Interceptor> {
  // Loaded only where it is wanted: certificates cost a start 60 ms.
  const { openCertificateAuthority } = await import('./certificate-authority.ts');
  return createInterceptor({
    ...options,
    authority: await openCertificateAuthority(options.dataDir, options.clock),
    serve: (request, server, intercepted) => {
      if (intercepted === null) return toStranger(options);
      const { target, caller, address } = intercepted;
      const place = findUpstream(listPlaces(options), target, splitTarget(request.url).path);
      const ask = toMeant(request, place, { caller, options, meant: target.host });
      // Its account may have gone while the connection was open.
      const refusal = place === null ? new GatewayError('target-refused') : null;
      return options.pipeline.handle(
        request,
        toCallerServer(server, () => address),
        { ...ask, refusal },
      );
    },
    onError: (error) => options.log.error({ error }, 'an intercepted request broke'),
  });
}

function listPlaces({ allow, upstreams }: ForwardProxyOptions): AllowedPlace[] {
  const named = allow.map(toAllowedPlace);
  return [...upstreams().map(toUpstreamPlace), ...named].filter((place) => place !== null);
}
