import type { BatchResults } from '@nexus/anthropic';
import type { ExchangeRecord } from './recorder.ts';

/** Everything the worker holds of an exchange that is over. */
export interface EndedExchange {
  readonly record: ExchangeRecord;
  readonly requestBody: Uint8Array | null;
  /** What is kept of the answer: all of it, or its beginning. */
  readonly responseBody: Uint8Array | null;
  readonly responseTimings: readonly (readonly [atMs: number, bytes: number])[];
  /** The end of the answer is missing from `responseBody`. */
  readonly isTruncated: boolean;
  /** A body was given up under pressure. */
  readonly isPayloadDropped: boolean;
  /** What was read of the results of a batch; absent where it fetched none. */
  readonly batch?: BatchResults;
}
