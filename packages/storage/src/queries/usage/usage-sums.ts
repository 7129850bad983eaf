import { sql } from 'kysely';

/** Sums over usage; money in nano-dollars, spans in milliseconds. */
export interface UsageTotals {
  readonly requestCount: number;
  /** Neither completed nor given up by the caller. */
  readonly errorCount: number;
  readonly estimatedCount: number;
  readonly guessedCount: number;
  /** Requests that `costNano` leaves out, because nobody knows their price. */
  readonly unpricedCount: number;
  /** Requests with counts that cannot be true; they are unpriced, too. */
  readonly suspiciousCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly thinkingTokens: number;
  readonly costNano: number;
  readonly cacheSavedNano: number;
  readonly durationMs: number;
}

/** Sums of a source whose columns are those of a roll-up. */
export const SUMS = sql`
  coalesce(sum(request_count), 0)::bigint as "requestCount",
  coalesce(sum(request_count) filter (where outcome not in ('completed', 'aborted')), 0)::bigint as "errorCount",
  coalesce(sum(estimated_count), 0)::bigint as "estimatedCount",
  coalesce(sum(guessed_count), 0)::bigint as "guessedCount",
  coalesce(sum(unpriced_count), 0)::bigint as "unpricedCount",
  coalesce(sum(suspicious_count), 0)::bigint as "suspiciousCount",
  coalesce(sum(input_tokens), 0)::bigint as "inputTokens",
  coalesce(sum(output_tokens), 0)::bigint as "outputTokens",
  coalesce(sum(cache_read_tokens), 0)::bigint as "cacheReadTokens",
  coalesce(sum(cache_write_5m_tokens), 0)::bigint as "cacheWrite5mTokens",
  coalesce(sum(cache_write_1h_tokens), 0)::bigint as "cacheWrite1hTokens",
  coalesce(sum(thinking_tokens), 0)::bigint as "thinkingTokens",
  coalesce(sum(cost_nano), 0)::bigint as "costNano",
  coalesce(sum(cache_saved_nano), 0)::bigint as "cacheSavedNano",
  coalesce(sum(duration_ms), 0)::bigint as "durationMs"`;

/** The names of `SUMS`, in their order. */
export const SUM_NAMES = [
  'requestCount',
  'errorCount',
  'estimatedCount',
  'guessedCount',
  'unpricedCount',
  'suspiciousCount',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'thinkingTokens',
  'costNano',
  'cacheSavedNano',
  'durationMs',
] as const;

/** Sums of the sums of `SUMS`, 0 where there is nothing. */
export const SUMS_OF_SUMS = sql.join(
  SUM_NAMES.map((name) => sql`coalesce(sum(${sql.ref(name)}), 0)::bigint as ${sql.ref(name)}`),
);
