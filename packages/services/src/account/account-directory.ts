import type { AccountSummary } from '@nexus/contract';

/** How an account is. `disabled` stands in its file; `paused` is what a person did at run time, and outlives a restart. */
export type AccountState = AccountSummary['state'];

/** One span over which the upstream limits usage, as its last answer told. */
export interface AccountWindow {
  /** `5h`, `7d`, `7d_opus`, … as the headers name it. */
  readonly name: string;
  /** 0 to 1 and above. */
  readonly utilisation: number;
  readonly resetsAtMs: number | null;
}

/** What the gateway knows of an account without asking the database. Holds no secret. Instants are epoch milliseconds. */
export interface AccountStatus {
  readonly id: string;
  readonly name: string;
  /** The domains whose files hold it; `*.example.com` for a wildcard. */
  readonly domains: readonly string[];
  readonly origin: 'file' | 'environment';
  /** Kind of its credential: `api-key`, `oauth`, … */
  readonly kind: string;
  readonly state: AccountState;
  /** Why it is not healthy, for a person. */
  readonly because: string | null;
  /** When a rest ends. */
  readonly untilMs: number | null;
  readonly inFlight: number;
  readonly weight: number;
  readonly priority: number;
  readonly models: readonly string[] | null;
  /** Base URL of its own; null for the common one. */
  readonly upstream: string | null;
  readonly windows: readonly AccountWindow[];
  readonly lastError: { readonly atMs: number; readonly because: string } | null;
  readonly token: {
    readonly expiresAtMs: number | null;
    readonly lastMintedAtMs: number | null;
    readonly lastError: { readonly atMs: number; readonly because: string } | null;
    readonly refreshable: boolean;
  };
}

/** What one cheap call with an account gave. */
export interface AccountTest {
  readonly ok: boolean;
  /** Null where no answer came. */
  readonly status: number | null;
  /** One sentence: what worked, or what failed and what to do. */
  readonly message: string;
  readonly durationMs: number;
}

/** The accounts of a running gateway. Unknown ids give null. */
export interface AccountDirectory {
  list(): readonly AccountStatus[];
  /** From now on it gets no new request; what is in flight finishes. Persists, and other instances follow within a second. */
  pause(id: string): Promise<AccountStatus | null>;
  /** Ends a pause, and also a rest or a failed authentication: the next request probes it. */
  resume(id: string): Promise<AccountStatus | null>;
  /** One cheap call; tells, and steps its health. */
  test(id: string, signal: AbortSignal): Promise<AccountTest | null>;
  /** Takes a new token now, where its kind can. */
  rotate(id: string, signal: AbortSignal): Promise<AccountTest | null>;
}
