import type { BatchTally, CallSettings, HeaderList } from '@nexus/anthropic';
import type { PricedAbandonedCall } from './abandoned-call.ts';
import type { PricedBatchMessage } from './batch-message.ts';
import type { RequestFacts } from './request-facts.ts';

/** Microseconds since the exchange began at which a phase started and ended; keyed by phase name. */
export type PhaseTimings = Readonly<Record<string, { readonly startUs: number; readonly endUs: number }>>;

/** What we know of an error of ours beyond its code, such as `because: ECONNREFUSED`. Holds no secrets. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

/** One account that was asked for an exchange. Spans are milliseconds, `startMs` since the exchange began. */
export interface Attempt {
  readonly accountId: string;
  /** What the upstream said; null where it said nothing. */
  readonly status: number | null;
  /** Why it was not the last one, or how it went. Holds no secrets. */
  readonly because: string;
  readonly startMs: number;
  readonly durationMs: number;
}

/**
 * The heavy half of a recorded exchange: what only the request page reads.
 * Bodies are the exact bytes that passed on the wire, still encoded if they were.
 */
export interface RequestPayload {
  /** Secrets are masked before this exists, here and in the answer's. */
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  readonly phases: PhaseTimings;
  /** Absent where we made no error. */
  readonly errorDetail?: ErrorDetail;
  /** Absent where the first account that was asked answered. */
  readonly attempts?: readonly Attempt[];
  /** What was read of the results of a batch; absent where the answer is something else. */
  readonly batch?: BatchTally;
  readonly requestBody: Uint8Array | null;
  readonly responseBody: Uint8Array | null;
  /** `content-encoding` of the response body, null for identity. */
  readonly responseEncoding: string | null;
  /** When each piece of the answer arrived: pairs of (milliseconds since the first byte, bytes of the piece). */
  readonly responseTimings: readonly (readonly [atMs: number, bytes: number])[];
}

/** Everything one recorded exchange leaves behind. */
export interface RecordedRequest {
  readonly facts: RequestFacts;
  readonly payload: RequestPayload;
  /** Messages of a batch whose results the answer holds, whoever fetched them before; absent where it holds none. */
  readonly batchMessages?: readonly PricedBatchMessage[];
  /** Calls that broke off before the one that answered, and had used something; absent where there are none. */
  readonly abandonedCalls?: readonly PricedAbandonedCall[];
  /** How the model was asked to answer; told to others, and not stored apart from the body. Absent where nothing was said. */
  readonly settings?: CallSettings;
}
