import { type RawBuilder, sql } from 'kysely';
import { toPacked } from './packed-rows.ts';

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

export type UsageSumName = keyof UsageTotals;

/** The column of each, in margins and in the rows of a source alike. */
export const SUM_COLUMNS = {
  requestCount: 'request_count',
  errorCount: 'error_count',
  estimatedCount: 'estimated_count',
  guessedCount: 'guessed_count',
  unpricedCount: 'unpriced_count',
  suspiciousCount: 'suspicious_count',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWrite5mTokens: 'cache_write_5m_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  thinkingTokens: 'thinking_tokens',
  costNano: 'cost_nano',
  cacheSavedNano: 'cache_saved_nano',
  durationMs: 'duration_ms',
} as const satisfies Readonly<Record<UsageSumName, string>>;

/** All of them. */
export const USAGE_SUM_NAMES: readonly UsageSumName[] = Object.keys(SUM_COLUMNS).filter((name) => isSumName(name));

function isSumName(name: string): name is UsageSumName {
  return Object.hasOwn(SUM_COLUMNS, name);
}

export type SumColumn = (typeof SUM_COLUMNS)[UsageSumName];

/**
 * Columns added up, each under its own name; 0 where there is nothing. `factor` goes before each. Written as text, as all lists of
 * columns here are: column by column, the query builder would take as long over them as the database does.
 */
export function toSummed(columns: readonly SumColumn[], factor = ''): RawBuilder<unknown> {
  return sql.raw(columns.map((column) => `coalesce(sum(${factor}${column}), 0)::bigint as ${column}`).join(', '));
}

/** Rows with a `step` and sums, for {@link readPacked}. */
export function toPackedSteps(columns: readonly SumColumn[]): RawBuilder<string | null> {
  return toPacked(['step', ...columns]);
}
