import type { InFlightRequest, LiveEvent, RequestSummary } from '@nexus/contract';
import type { ErrorCode } from '@nexus/contract';
import type { Usage } from '@nexus/anthropic';
import type { Outcome } from '@nexus/core';

/** Progress of an exchange in flight; counts are totals so far. */
export interface LiveProgress {
  readonly requestId: string;
  readonly status: number | null;
  readonly outputTokens: number;
  readonly outputTokensEstimated: boolean;
  readonly responseBytes: number;
}

export interface LiveEnd {
  readonly requestId: string;
  readonly status: number | null;
  readonly outcome: Outcome;
  readonly errorCode: ErrorCode | null;
  readonly usage: Usage | null;
  readonly usageEstimated: boolean;
  readonly durationMs: number;
}

/** Where the data plane tells what happens, and where watchers listen. Bounded: a ring of events, a bound of watchers. */
export interface LiveFeed {
  /** `readRequest` tells how the exchange began; it is called when the first watcher needs it, and never where there is none. */
  started(requestId: string, readRequest: () => InFlightRequest): void;
  firstToken(requestId: string, status: number, firstTokenMs: number): void;
  /** The feed thins this to four a second and exchange; call it as often as pieces arrive. */
  progress(progress: LiveProgress): void;
  ended(end: LiveEnd): void;
  /** `readRequest` as in `started`. */
  recorded(readRequest: () => RequestSummary): void;
  /** What became of conversations once requests had their places; see `toConversationEvents`. Read once somebody looks. */
  linked(readEvents: () => readonly LiveEvent[]): void;
  /** Something that no request tells of: an account rests or is back, somebody changed keys or limits. */
  changed(event: LiveEvent): void;
  /** The SSE answer for one watcher; resumes after `lastEventId` where the ring still has it. */
  watch(lastEventId: string | null, signal: AbortSignal): Response;
  watcherCount(): number;
  /** Whether anybody watches, or has so lately that it may come back and resume. */
  readonly isWatched: () => boolean;
  /** Something happened that was not told here, since nobody watched. */
  readonly forget: () => void;
  close(): void;
}
