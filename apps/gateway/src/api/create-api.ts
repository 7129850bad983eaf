import {
  GatewayError,
  OPERATIONS,
  type OperationDeclaration,
  type OperationName,
  PLAIN_ROUTES,
  type PlainPath,
  toOpenApi,
} from '@nexus/contract';
import type { Config } from '@nexus/config';
import type { Actor } from '@nexus/services';
import { type Context as HonoContext, Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Api, ApiOptions, ApiServer } from './api.ts';
import { createAttemptThrottle } from './attempt-throttle.ts';
import { type ContentReader, createContentReader } from './content/create-content-reader.ts';
import { toCorsHeaders, toPreflightAnswer } from './cors.ts';
import { toErrorAnswer, toGatewayError } from './error-answer.ts';
import { type CallerRules, identifyCaller } from './identify-caller.ts';
import { toKnownMethod } from '../export/to-route.ts';
import type { ApiAnswer } from '../metrics/count-api-answers.ts';
import { hasToken, toMetricsAnswer } from '../metrics/serve-metrics.ts';
import { listAllowedMethods } from './list-allowed-methods.ts';
import { performOperation } from './perform-operation.ts';
import { createReadiness } from './readiness.ts';
import { signInOverHttp, signOutOverHttp } from './sign-in/sign-in-routes.ts';
import { toLockError } from './to-lock-error.ts';

/** What travels with a request through the router. */
interface ApiEnv {
  Bindings: { readonly server: ApiServer };
  Variables: { readonly requestId: string; readonly actor: Actor | undefined };
}
type ApiContext = HonoContext<ApiEnv>;
export type ApiRouter = Hono<ApiEnv>;
type Handler = (context: ApiContext) => Promise<Response> | Response;

/** Health and readiness must not tell a stranger more than that, and sign-in is the door itself. */
const OPEN_PATHS = new Set<string>(PLAIN_ROUTES.filter((route) => !route.locked).map((route) => route.path));

/** The API of one process, from the contract's declarations. */
export function createApi(options: ApiOptions): Api {
  const { connected, config, log } = options;
  const { prepared, slowQueryMs } = config.storage;
  const content = connected === null ? null : createContentReader({ connected, prepared, slowQueryMs, log });
  const router = createApiRouter(options, content);
  return {
    fetch: async (request, server) => router.fetch(request, { server }),
    close: async () => content?.close(),
  };
}

/** The router behind {@link createApi}; its routes are exactly OPERATIONS and PLAIN_ROUTES. */
export function createApiRouter(options: ApiOptions, content: ContentReader | null = null): ApiRouter {
  const { config, log } = options;
  const rules: CallerRules = {
    dashboardKey: config.dashboard.apiKey?.reveal() ?? null,
    findKey: options.findKey,
    browserPolicy: { host: config.server.host, corsOrigins: config.dashboard.corsOrigins },
    signIn: options.signIn,
    throttle: createAttemptThrottle(options.clock),
  };
  const router: ApiRouter = new Hono<ApiEnv>();

  router.use(async (context, next) => {
    const requestId = options.newId();
    context.set('requestId', requestId);
    const startMs = performance.now();
    await next();
    options.onAnswer?.(toAnswer(context, performance.now() - startMs));
    for (const [name, value] of listCommonHeaders(context.req.raw, requestId, options)) context.header(name, value);
  });
  router.use(async (context, next) => {
    const preflight = toPreflightAnswer(context.req.raw, config.dashboard.corsOrigins);
    if (preflight !== null) return preflight;
    if (!OPEN_PATHS.has(context.req.path) && !isScrape(context, config.telemetry.metricsToken)) {
      const actor = await identifyCaller(context.req.raw, toAddress(context), rules).catch((failure: unknown) => {
        throw toLockError(context.req.path, failure);
      });
      context.set('actor', actor);
    }
    return next();
  });
  router.onError((failure, context) => {
    const error = toGatewayError(failure);
    const requestId = context.get('requestId');
    // Nothing failed where an operator wanted no storage; a page that is open would fill the log with it.
    const isFailure = error.row.status >= 500 && error.code !== 'storage-off';
    if (isFailure) log.error({ requestId, path: context.req.path, error }, 'an API call failed');
    return toErrorAnswer(error, requestId);
  });
  router.notFound((context) => toNoRouteAnswer(context.req.path, context.get('requestId')));

  addPlainRoutes(router, options, rules);
  addOperations(router, options, content);
  return router;
}

/** A long conversation takes its time to export; the reader of bodies gives up after a minute by itself. */
const CONTENT_SECONDS_MAX = 70;

function addOperations(router: ApiRouter, options: ApiOptions, content: ContentReader | null): void {
  for (const name of listOperationNames()) {
    const declaration: OperationDeclaration = OPERATIONS[name];
    router.on(declaration.method, declaration.path, (context) => {
      if (declaration.upload) context.env.server.timeout(context.req.raw, 0);
      if (declaration.scope === 'content') context.env.server.timeout(context.req.raw, CONTENT_SECONDS_MAX);
      return performOperation(name, {
        requestId: context.get('requestId'),
        request: context.req.raw,
        pathFields: context.req.param(),
        actor: toActor(context),
        options,
        content,
      });
    });
  }
}

function addPlainRoutes(router: ApiRouter, options: ApiOptions, rules: CallerRules): void {
  const readiness = createReadiness(options);
  const openApi = toOpenApi({ version: options.version, operations: OPERATIONS, routes: PLAIN_ROUTES });
  const handlers: Record<PlainPath, Handler> = {
    '/health': alive,
    '/healthz': alive,
    '/readyz': async () => {
      const state = await readiness.load();
      return Response.json(state, { status: state.ready ? 200 : 503 });
    },
    '/openapi.json': () => Response.json(openApi),
    '/metrics': async ({ req }) => toMetricsAnswer(req.raw.headers, await options.metricsPage()),
    '/sse': (context) => watchLiveFeed(context, options),
    '/api/sign-in': (context) => signInOverHttp(context.req.raw, { ...rules, address: toAddress(context) }),
    '/api/sign-out': (context) => signOutOverHttp(context.req.raw, toActor(context), options.signIn),
  };
  for (const route of PLAIN_ROUTES) router.on(route.method, route.path, handlers[route.path]);
}

/** A known path that was called by another method is told from one where nothing is. */
function toNoRouteAnswer(path: string, requestId: string): Response {
  const allowed = listAllowedMethods(path);
  if (allowed.length === 0) return toErrorAnswer(new GatewayError('route-unknown'), requestId);
  const answer = toErrorAnswer(new GatewayError('method-not-allowed'), requestId);
  answer.headers.set('allow', allowed.join(', '));
  return answer;
}

/** NEXUS_METRICS_TOKEN opens the metrics and nothing else. */
function isScrape(context: ApiContext, token: Config['telemetry']['metricsToken']): boolean {
  return token !== null && context.req.path === '/metrics' && hasToken(context.req.raw.headers, token);
}

function toAnswer(context: ApiContext, durationMs: number): ApiAnswer {
  const route = routePath(context, -1);
  return {
    method: toKnownMethod(context.req.method),
    route: route === '*' || route === '/*' ? null : route,
    status: context.res.status,
    durationMs,
    errorCode: context.res.headers.get('x-nexus-error'),
  };
}

function alive(): Response {
  return Response.json({ status: 'ok', service: 'claude-nexus' });
}

function watchLiveFeed(context: ApiContext, { live }: ApiOptions): Response {
  const { raw } = context.req;
  // Asking how the feed would answer must not take a watcher's place.
  if (raw.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'text/event-stream' } });
  // A quiet feed is silent for 15 s between heartbeats; the server's idle time-out must not cut it.
  context.env.server.timeout(raw, 0);
  const lastEventId = raw.headers.get('last-event-id') ?? context.req.query('lastEventId') ?? '';
  return live.watch(lastEventId === '' ? null : lastEventId, raw.signal);
}

function listCommonHeaders(request: Request, requestId: string, options: ApiOptions) {
  const cors = toCorsHeaders(request.headers.get('origin'), options.config.dashboard.corsOrigins);
  return [['x-nexus-request-id', requestId], ['x-content-type-options', 'nosniff'], ...cors] as const;
}

/** The guard ran before every locked route; a route that it missed must stay shut. */
function toActor(context: ApiContext): Actor {
  const actor = context.get('actor');
  if (actor === undefined) throw new GatewayError('sign-in-required');
  return actor;
}

function toAddress(context: ApiContext): string {
  return context.env.server.requestIP(context.req.raw)?.address ?? 'unknown';
}

function listOperationNames(): readonly OperationName[] {
  return Object.keys(OPERATIONS).filter((name): name is OperationName => Object.hasOwn(OPERATIONS, name));
}
