import { findPrice } from './find-price.ts';
import type { NanoDollars, PriceTable } from './price-table.ts';

/** What is known of a request before it is sent. */
export interface CallToCome {
  readonly model: string | null;
  readonly atMs: number;
  /** The most that its body can count as; one token has at least a byte. */
  readonly inputTokensMax: number;
  /** `max_tokens`; null where the body has none. */
  readonly outputTokensMax: number | null;
  readonly fast: boolean;
}

/** No model writes more in one answer (the Batches API included). */
const OUTPUT_TOKENS_MAX = 300_000;

/**
 * The most that a call can cost: all input written to the one-hour cache, all output used, at the longest prompt's
 * rates, in the US. An unknown model costs as much as the dearest of the table.
 */
export function toWorstCase(table: PriceTable, call: CallToCome): NanoDollars {
  const found = call.model === null ? null : findPrice(table, call.model, call.atMs);
  const rows = found === null || found.kind === 'unknown' ? table.rows : [found.row];
  const output = call.outputTokensMax ?? OUTPUT_TOKENS_MAX;
  const costs = rows.map((row) => {
    const rates = call.fast ? (row.fast ?? row.rates) : (row.longPrompt?.rates ?? row.rates);
    const factor = call.fast && row.fast === null ? 2 : 1;
    return (call.inputTokensMax * rates.cacheWrite1h + output * rates.output) * factor;
  });
  return Math.ceil((Math.max(...costs) * 11) / 10);
}
