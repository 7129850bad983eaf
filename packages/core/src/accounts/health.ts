import type { LimitWindow } from './limit-window.ts';

/** Why something takes no requests for a while. */
export const REST_REASONS = ['rate-limited', 'window-used-up', 'upstream-errors', 'unreachable', 'no-token'] as const;
export type RestReason = (typeof REST_REASONS)[number];

/** Whether an account, or an upstream, takes requests. Instants are epoch milliseconds. */
export type Health =
  | { readonly kind: 'healthy' }
  /** Once `untilMs` has passed, one request is let through. */
  | { readonly kind: 'resting'; readonly untilMs: number; readonly because: RestReason }
  /** One request is on its way to find out; all others go elsewhere. */
  | { readonly kind: 'probing'; readonly sinceMs: number; readonly because: RestReason | 'auth-failed' }
  /** Its credential is refused. Tried again with new material, by hand, or once `probeAtMs` has passed. */
  | { readonly kind: 'auth-failed'; readonly probeAtMs: number; readonly because: string }
  /** By hand, until it is resumed. */
  | { readonly kind: 'paused' }
  /** By its file. */
  | { readonly kind: 'disabled' };

/** Models that rest while others go on. */
export interface ModelRest {
  /** A family, by the word that its models have in their names; or one model by its whole name, which callers write. */
  readonly scope: { readonly family: string } | { readonly model: string };
  readonly untilMs: number;
  readonly because: 'window-used-up' | 'forbidden';
}

/** All that is remembered of an account or an upstream. Bounded. */
export interface HealthState {
  readonly health: Health;
  /** Rests in a row without a good answer between them: the exponent of the back-off. */
  readonly restCount: number;
  /** Instants of upstream errors since the last good answer; at most as many as make it rest. */
  readonly errorsMs: readonly number[];
  /** Failed connections since the last good answer. */
  readonly unreachableCount: number;
  readonly modelRests: readonly ModelRest[];
  /** As the last answer that told limits told them. */
  readonly windows: readonly LimitWindow[];
}

export const HEALTHY: HealthState = {
  health: { kind: 'healthy' },
  restCount: 0,
  errorsMs: [],
  unreachableCount: 0,
  modelRests: [],
  windows: [],
};

/** What happened to an account or an upstream. */
export type HealthEvent =
  /** The upstream took the credential and did its work, or found fault with the request itself. */
  | { readonly kind: 'answered'; readonly windows: readonly LimitWindow[] | null }
  /** 429; `retryAfterMs` counts from now and is null where no header told it. */
  | {
      readonly kind: 'throttled';
      readonly model: string | null;
      readonly windows: readonly LimitWindow[];
      readonly retryAfterMs: number | null;
    }
  /** 5xx, 529, an answer that broke off, or an error event of that kind, before any content. */
  | { readonly kind: 'errored' }
  /** Connecting, TLS or the host name failed. */
  | { readonly kind: 'unreachable' }
  /** No token could be made or refreshed just now. */
  | { readonly kind: 'no-token' }
  /** 401 after a forced renewal. */
  | { readonly kind: 'unauthenticated'; readonly because: string }
  /** 403: this credential may not use this model. */
  | { readonly kind: 'forbidden'; readonly model: string | null }
  | { readonly kind: 'probe-started' }
  /** The request that probed ended without a verdict: its caller left. */
  | { readonly kind: 'probe-abandoned' }
  /** New material in its file, or a person says that it is well. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'enabled' };
