import type { Logger, Metrics } from '@nexus/telemetry';
import type { Accounts } from './create-accounts.ts';
import type { Api, DashboardSite } from './api/api.ts';
import type { SignIn } from './api/sign-in/sign-in.ts';
import type { ChangeDesk } from './change-desk.ts';
import type { Proxy } from './create-proxy.ts';
import type { Database } from './database.ts';
import type { TunnelBook } from './forward/tunnel-book.ts';
import type { CredentialFolder } from './identity/credential-folder.ts';
import type { KeyIndex } from './identity/key-index.ts';
import type { Limits } from './limits/create-limits.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { Redis } from './redis/create-redis.ts';
import type { World } from './world.ts';

/** What a gateway is given by whoever starts it. */
export interface GatewayParts {
  readonly world: World;
  readonly log: Logger;
}

/** What the doors open to. */
export interface Core {
  readonly metrics: Metrics;
  readonly folder: CredentialFolder;
  readonly live: LiveFeed;
  readonly recorder: Recorder;
  /** Null where STORAGE_ENABLED is off. */
  readonly database: Database | null;
  readonly keys: KeyIndex;
  readonly changes: ChangeDesk;
  /** Null where REDIS_URL is not set. */
  readonly redis: Redis | null;
  readonly limits: Limits;
  readonly accounts: Accounts;
  readonly proxy: Proxy;
  readonly tunnels: TunnelBook;
}

/** What the two ports answer with, beside the data plane. */
export interface Doors {
  readonly signIn: SignIn;
  readonly api: Api;
  readonly site: DashboardSite;
}
