import type { RequestKind, Usage } from '@nexus/anthropic';
import type { NanoDollars } from '../pricing/price-table.ts';
import type { Pricing } from '../pricing/price-usage.ts';
import type { Outcome } from './outcome.ts';

/** What became of the bodies of a request: kept, cut at a bound, given up under pressure, or never there. */
export const PAYLOAD_STATES = ['stored', 'truncated', 'dropped', 'none'] as const;
export type PayloadState = (typeof PAYLOAD_STATES)[number];

/** What a request cost by the price table of its recording; `nanoDollars` is null exactly where it is `unpriced`. */
export interface RecordedCost {
  readonly nanoDollars: NanoDollars | null;
  /** What the cache saved; kept with usage alone, so absent in what is read from `request`, and where there is no price. */
  readonly cacheSaved?: NanoDollars;
  readonly pricing: Pricing;
  readonly priceVersion: string;
}

/**
 * The narrow facts of one recorded exchange: one row of the `request` table, and all that lists ever read.
 * Instants are epoch milliseconds, spans milliseconds, sizes bytes as they passed on the wire.
 */
export interface RequestFacts {
  /** UUIDv7 whose time is `startedAtMs`; the caller got it as `request-id` where we answered ourselves, and always as `x-nexus-request-id`. */
  readonly requestId: string;
  readonly conversationId: string;
  readonly startedAtMs: number;
  readonly domain: string;
  readonly keyId: string | null;
  readonly accountId: string | null;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  readonly parentAgentId: string | null;
  /** Who asked, at most 200 characters: the caller's own word, or an account or device of Claude Code; proves nothing. */
  readonly userId: string | null;
  /** What it was for, at most 200 characters: the caller's own word, or the working directory of Claude Code. */
  readonly project: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly kind: RequestKind;
  /** The model the caller asked for. */
  readonly model: string | null;
  /** The model that answered, where the answer names one. */
  readonly modelServed: string | null;
  readonly stream: boolean;
  /** Status the caller got; null where the caller left before any. */
  readonly status: number | null;
  readonly outcome: Outcome;
  /** Code of our error table, where we refused or failed. */
  readonly errorCode: string | null;
  /** `error.type` of Claude's error body or event, where there was one. */
  readonly errorType: string | null;
  readonly stopReason: string | null;
  readonly usage: Usage | null;
  /** True where the final count never came and the figures are our floor estimate. */
  readonly usageEstimated: boolean;
  /** Null where nothing was used. */
  readonly cost: RecordedCost | null;
  /** What calls before the one that answered cost their accounts; told once, to budgets, and absent where nothing. */
  readonly abandonedNano?: NanoDollars;
  readonly firstByteMs: number | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** `request-id` of the upstream's answer. */
  readonly upstreamRequestId: string | null;
  /** The caller's `user-agent`, at most 200 characters. */
  readonly userAgent: string | null;
  readonly messageCount: number;
  /** The tool of each call in the answer, in order. Records of versions before have each tool once. */
  readonly toolNames: readonly string[];
  /** First 200 characters of the last user text, so that a list says what it was about. */
  readonly preview: string;
  readonly payload: PayloadState;
}
