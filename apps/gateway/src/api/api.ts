import type { Config } from '@nexus/config';
import type { Context, DomainDirectory } from '@nexus/services';
import type { PgConnection, Storage } from '@nexus/storage';
import type { MetricsPage } from '@nexus/telemetry';
import type { LiveFeed } from '../live/live-feed.ts';
import type { RedisState } from '../redis/create-redis.ts';
import type { RecorderStats } from '../recorder/recorder.ts';
import type { ApiAnswer } from '../metrics/count-api-answers.ts';
import type { CallerRules } from './identify-caller.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** What the API needs of `Bun.serve`'s server: who calls, and no idle time-out for the live feed. */
export interface ApiServer {
  requestIP(request: Request): { readonly address: string } | null;
  timeout(request: Request, seconds: number): void;
}

/** The part of the logger that the API uses: fields first, then one sentence. A pino logger fits. */
export interface ApiLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface ApiOptions {
  readonly config: Config;
  /** Version of this program, for `/openapi.json`. */
  readonly version: string;
  /** Null while the database starts or is away from the start, and for good where storage is switched off. */
  readonly storage: () => Storage | null;
  /** Where the database is, for the thread that reads recorded bodies; null: they are read on this thread. */
  readonly connected: Promise<PgConnection | string> | null;
  readonly recorderStats: () => RecorderStats;
  /** Absent: there is no Redis. */
  readonly redisState?: () => RedisState;
  readonly live: LiveFeed;
  /** The port that clients use. */
  readonly proxyPort: () => number;
  /** Which domains credentials of ours serve. */
  readonly domains: DomainDirectory;
  /** Accounts, and the files that they stand in. */
  readonly accounts?: Context['accounts'];
  readonly tunnels?: Context['tunnels'];
  /** A client key, by its secret; absent: no client key opens the API. */
  readonly findKey?: CallerRules['findKey'];
  /** Told of each noun that was changed, before the answer: what it changed counts here for whoever reads that. */
  readonly tellChanged?: (noun: string) => Promise<void>;
  readonly signIn: SignIn;
  /** What `/metrics` shows. */
  readonly metricsPage: () => Promise<MetricsPage>;
  /** Told of every answer; absent: nobody counts. */
  readonly onAnswer?: (answer: ApiAnswer) => void;
  /** True from SIGTERM on: `/readyz` answers 503, so that a balancer looks elsewhere. */
  readonly draining: () => boolean;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly log: ApiLog;
}

/** The API of one process: `fetch` answers `/api/*`, `/sse`, `/openapi.json`, the health paths and `/metrics`. */
export interface Api {
  fetch(request: Request, server: ApiServer): Promise<Response>;
  /** Ends the thread that reads recorded bodies; to be called before the database is closed. */
  close(): Promise<void>;
}

/** The dashboard's port: the built pages, `/sign-in`, and the same API under the same origin. */
export interface DashboardSite {
  fetch(request: Request, server: ApiServer): Promise<Response>;
}
