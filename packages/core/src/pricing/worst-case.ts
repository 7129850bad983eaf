import { findPrice } from './find-price.ts';
import type { NanoDollars, PriceRow, PriceTable, TokenRates } from './price-table.ts';
import { toDoubleRates } from './price-usage.ts';

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
 * The most that a call can cost: all input as the dearest kind of it, all output used, at whichever of the model's rates is the
 * highest, in the US. An unknown model costs as much as the dearest of the table.
 */
export function toWorstCase(table: PriceTable, call: CallToCome): NanoDollars {
  const found = call.model === null ? null : findPrice(table, call.model, call.atMs);
  const rows = found === null || found.kind === 'unknown' ? table.rows : [found.row];
  const output = call.outputTokensMax ?? OUTPUT_TOKENS_MAX;
  const costs = rows.flatMap((row) =>
    listRates(row, call.fast).map((rates) => call.inputTokensMax * toDearestInput(rates) + output * rates.output),
  );
  return Math.ceil((Math.max(...costs) * 11) / 10);
}

/** What an answer may be priced by: a fast one is usual where there was no room for it. */
function listRates({ rates, longPrompt, fast }: PriceRow, isFast: boolean): readonly TokenRates[] {
  return [rates, ...(longPrompt === null ? [] : [longPrompt.rates]), ...(isFast ? [fast ?? toDoubleRates(rates)] : [])];
}

/** Of published prices it is writing for an hour; an operator may have agreed on something else. */
function toDearestInput({ input, cacheRead, cacheWrite5m, cacheWrite1h }: TokenRates): NanoDollars {
  return Math.max(input, cacheRead, cacheWrite5m, cacheWrite1h);
}
