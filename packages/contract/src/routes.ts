import { z } from 'zod';

/** How `POST /api/sign-in` may be called: with the token of a one-time link, or with DASHBOARD_API_KEY. */
export const SignInBody = z.union([
  z.strictObject({ token: z.string().min(1).max(200) }),
  z.strictObject({ key: z.string().min(1).max(500) }),
]);
export type SignInBody = z.infer<typeof SignInBody>;

export const SignedIn = z.strictObject({ signedInUntil: z.iso.datetime() });
export type SignedIn = z.infer<typeof SignedIn>;

/** What a load balancer learns: whether this process takes exchanges, and how history is doing. */
export const Readiness = z.strictObject({
  ready: z.boolean(),
  database: z.enum(['ok', 'away', 'starting', 'off']),
  /** While it is away, each process counts limits by itself. */
  redis: z.enum(['ok', 'away', 'off']),
  recorder: z.enum(['writing', 'spooling', 'dropping-payload', 'off']),
});
export type Readiness = z.infer<typeof Readiness>;

/** A route that is not an operation: a stream, a probe, signing in and out. */
export interface PlainRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** False only where a caller without a key or session must get an answer. */
  readonly locked: boolean;
  readonly about: string;
  readonly mediaType: string;
  readonly body?: z.ZodType;
  readonly output?: z.ZodType;
}

const Alive = z.strictObject({ status: z.literal('ok'), service: z.literal('claude-nexus') });

/** Every route of the API beside the operations. The router is built from this list, and so is its documentation. */
export const PLAIN_ROUTES = [
  {
    method: 'GET',
    path: '/sse',
    locked: true,
    about: 'The live feed as server-sent events; resumes after `Last-Event-ID` (header, or query `lastEventId`).',
    mediaType: 'text/event-stream',
  },
  {
    method: 'POST',
    path: '/api/sign-in',
    locked: false,
    about: 'Opens a session cookie for a browser, by the token of a one-time link or by DASHBOARD_API_KEY.',
    mediaType: 'application/json',
    body: SignInBody,
    output: SignedIn,
  },
  {
    method: 'POST',
    path: '/api/sign-out',
    locked: true,
    about: 'Ends the session of the cookie, everywhere it was copied to.',
    mediaType: 'application/json',
    output: z.strictObject({ signedOut: z.literal(true) }),
  },
  {
    method: 'GET',
    path: '/health',
    locked: false,
    about: 'Answers as long as the process lives. Looks at nothing else.',
    mediaType: 'application/json',
    output: Alive,
  },
  {
    method: 'GET',
    path: '/healthz',
    locked: false,
    about: 'The same as /health, under the name that orchestrators use.',
    mediaType: 'application/json',
    output: Alive,
  },
  {
    method: 'GET',
    path: '/readyz',
    locked: false,
    about: '200 while this process takes exchanges, 503 while it starts or drains; tells how history is doing.',
    mediaType: 'application/json',
    output: Readiness,
  },
  {
    method: 'GET',
    path: '/openapi.json',
    locked: true,
    about: 'This description.',
    mediaType: 'application/json',
  },
  {
    method: 'GET',
    path: '/metrics',
    locked: true,
    about: 'Metrics for Prometheus: its text format, or OpenMetrics where `Accept` asks for it.',
    mediaType: 'text/plain',
  },
] as const satisfies readonly PlainRoute[];

export type PlainPath = (typeof PLAIN_ROUTES)[number]['path'];
