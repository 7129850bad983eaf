import type { RecordedCost, RequestFacts } from '../exchange/request-facts.ts';
import type { PriceTable } from './price-table.ts';
import { priceUsage } from './price-usage.ts';

/** What the cost of a request is made of; a message of a batch does not tell why it ended. */
type RecordedCall = Pick<RequestFacts, 'usage' | 'model' | 'modelServed' | 'startedAtMs'> &
  Partial<Pick<RequestFacts, 'stopReason'>>;

/** What a request cost by `table`, as its record keeps it; null where nothing was used. */
export function toRecordedCost(
  table: PriceTable,
  { usage, model, modelServed, startedAtMs, stopReason = null }: RecordedCall,
): RecordedCost | null {
  if (usage === null) return null;
  const cost = priceUsage(table, { model: modelServed ?? model, usage, atMs: startedAtMs, stopReason });
  const { pricing, priceVersion } = cost;
  if (cost.pricing === 'unpriced') return { nanoDollars: null, pricing, priceVersion };
  return { nanoDollars: cost.nanoDollars, cacheSaved: cost.cacheSaved, pricing, priceVersion };
}
