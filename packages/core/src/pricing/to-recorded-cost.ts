import type { RecordedCost, RequestFacts } from '../exchange/request-facts.ts';
import type { PriceTable } from './price-table.ts';
import { priceUsage } from './price-usage.ts';

/** What a request cost by `table`, as its record keeps it; null where nothing was used. */
export function toRecordedCost(
  table: PriceTable,
  { usage, model, modelServed, startedAtMs }: Pick<RequestFacts, 'usage' | 'model' | 'modelServed' | 'startedAtMs'>,
): RecordedCost | null {
  if (usage === null) return null;
  const cost = priceUsage(table, { model: modelServed ?? model, usage, atMs: startedAtMs });
  const { pricing, priceVersion } = cost;
  if (cost.pricing === 'unpriced') return { nanoDollars: null, pricing, priceVersion };
  return { nanoDollars: cost.nanoDollars, cacheSaved: cost.cacheSaved, pricing, priceVersion };
}
