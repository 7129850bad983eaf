/** Money everywhere: integer nano-dollars (10⁻⁹ $), so that sums never drift. */
export type NanoDollars = number;

/** What one token of each kind costs, in nano-dollars: $10 per million tokens is 10,000. */
export interface TokenRates {
  readonly input: NanoDollars;
  readonly output: NanoDollars;
  readonly cacheWrite5m: NanoDollars;
  readonly cacheWrite1h: NanoDollars;
  readonly cacheRead: NanoDollars;
}

/** Rates for a prompt longer than `promptTokens` (input, read and written together); they count for the whole request. */
export interface LongPromptRates {
  readonly promptTokens: number;
  readonly rates: TokenRates;
}

/** Prices of one model from an instant on, until a later row of the same model begins. */
export interface PriceRow {
  /** The model's id as Claude's API names it, without a date: `claude-opus-5-5`. */
  readonly model: string;
  /** Epoch milliseconds; 0 for a price that was always so. */
  readonly fromMs: number;
  readonly rates: TokenRates;
  readonly longPrompt: LongPromptRates | null;
  /** Rates with `speed: "fast"`; null where none are published. */
  readonly fast: TokenRates | null;
  /** Where the figures were read, and when. */
  readonly source: string;
}

/** Everything that money is computed from. */
export interface PriceTable {
  /** Stored with every cost, so that it can be told which table made it. */
  readonly version: string;
  readonly rows: readonly PriceRow[];
  /** Nano-dollars a call of a tool at Claude's side, by the name in `usage.server_tool_use`. */
  readonly serverTools: Readonly<Record<string, NanoDollars>>;
}
