import { type Scope, SCOPES } from '@nexus/contract';
import type { RetentionRules, Storage } from '@nexus/storage';
import type { AccountDirectory } from './account/account-directory.ts';
import type { AccountFiles } from './account/account-files.ts';
import type { DomainDirectory } from './domain/domain-directory.ts';
import type { TunnelDirectory } from './tunnel/tunnel-directory.ts';

/** Who asks. What each may do is in {@link listScopes}. */
export type Actor =
  /** DASHBOARD_API_KEY: full rights. */
  | {
      readonly kind: 'dashboard-key';
      /** Who whoever holds the key says to be; nobody has checked it. */
      readonly user?: string;
    }
  /** Somebody who signed in in a browser. */
  | { readonly kind: 'person'; readonly sessionId: string; readonly expiresAtMs: number }
  /** The command line on the gateway's own machine, with its data folder at hand. */
  | {
      readonly kind: 'local-cli';
      /** The name of the account on that machine. */
      readonly user?: string;
    }
  /** A key with scopes of its own. */
  | { readonly kind: 'key'; readonly keyId: string; readonly scopes: readonly Scope[] };

/** What operations need to know of the recorder; instants are epoch milliseconds. */
export interface RecorderReport {
  readonly state: 'writing' | 'spooling' | 'dropping-payload' | 'off';
  readonly queuedRecords: number;
  readonly spoolBytes: number;
  readonly spoolBytesMax: number;
  readonly droppedPayloads: number;
  readonly droppedRecords: number;
  readonly lastWriteAtMs: number | null;
  readonly lastProblem: string | null;
}

/** The file that a call brought. */
export interface Upload {
  /** Its bytes from the beginning; may be called more than once. */
  open(): AsyncIterable<Uint8Array>;
}

/** Everything an operation may use. */
export interface Context {
  readonly actor: Actor;
  /** Null while the database is away from the start, or storage is switched off. */
  readonly storage: Storage | null;
  /** True where storage is switched off, so that waiting for it is in vain. */
  readonly storageIsOff?: boolean | undefined;
  readonly recorderStats: () => RecorderReport;
  /** Absent outside the process of a gateway. */
  readonly redisState?: (() => 'ok' | 'away' | 'off') | undefined;
  readonly domains: DomainDirectory;
  /** Absent outside the process of a gateway. */
  readonly accounts?: { readonly directory: AccountDirectory; readonly files: AccountFiles } | undefined;
  /** Absent outside the process of a gateway. */
  readonly tunnels?: TunnelDirectory | undefined;
  /** The base URL that clients use, without a slash at its end. */
  readonly proxyUrl: () => string;
  /** Whether a client is let in with a key alone. Absent outside the process of a gateway. */
  readonly keysRequired?: boolean | undefined;
  /** For how many days what is kept; 0 for ever. */
  readonly retention: RetentionRules;
  /** Length of the window that is counted for accounts that Claude tells none of. */
  readonly rollingWindowMinutes: number;
  /** API_KEY_SALT; empty where it is not set. */
  readonly apiKeySalt: string;
  /** Absent where the call brought none. */
  readonly upload?: Upload | undefined;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
}

/** The scopes of an actor. */
export function listScopes(actor: Actor): readonly Scope[] {
  switch (actor.kind) {
    case 'dashboard-key':
    case 'person':
    case 'local-cli':
      return SCOPES;
    case 'key':
      return actor.scopes;
    default:
      return actor satisfies never;
  }
}
