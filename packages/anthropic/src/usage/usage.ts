/**
 * What one exchange consumed, as Claude counted it. All figures are tokens unless named otherwise.
 * `inputTokens` excludes everything read from or written to the prompt cache, as on the wire.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Part of `outputTokens` that was thinking; 0 where Claude does not tell. */
  readonly thinkingTokens: number;
  /** Calls of tools that run at Claude's side, by name (`web_search_requests`). */
  readonly serverToolUses: Readonly<Record<string, number>>;
  /** Steps that the top-level figures exclude (server-side compaction, fallbacks), in wire order. */
  readonly iterations: readonly UsageIteration[];
  /** What the answer says it was billed as (`standard`, `batch`, `priority`); null where it does not tell. So are the next two. */
  readonly serviceTier: string | null;
  /** `fast` where fast mode answered. */
  readonly speed: string | null;
  /** Where the model ran: `us`, `global`, …. */
  readonly inferenceGeo: string | null;
  /** What Claude told that no count can be, as it was told; absent where there is none. No other figure holds it. */
  readonly suspicious?: readonly SuspiciousCount[] | undefined;
}

/** A figure that cannot be true: below zero, no whole number, no number, or more than any model reads or writes. */
export interface SuspiciousCount {
  /** Its name on the wire, such as `input_tokens` or `iterations[0].output_tokens`. */
  readonly field: string;
  /** What stood there, as JSON, at most 40 characters. */
  readonly value: string;
}

/** One entry of `usage.iterations`. */
export interface UsageIteration {
  readonly type: string;
  readonly model: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
}
