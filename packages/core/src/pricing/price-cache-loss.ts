import type { NanoDollars, PriceTable } from './price-table.ts';
import { findCallRates, type PricedCall } from './price-usage.ts';

/**
 * What `lostTokens` cost more than reading them from the cache would have; null where the price is not known. They follow what was
 * read, so they were paid as what stands next in a prompt: written for an hour, then for five minutes, then plain input
 * (longer lifetimes must stand before shorter ones).
 */
export function priceCacheLoss(
  table: PriceTable,
  { lostTokens, ...call }: PricedCall & { readonly lostTokens: number },
): NanoDollars | null {
  const found = findCallRates(table, call);
  if (found === null) return null;
  const { rates, scaled } = found;
  const { cacheWrite1hTokens, cacheWrite5mTokens } = call.usage;
  const hour = Math.min(lostTokens, cacheWrite1hTokens);
  const minutes = Math.min(lostTokens - hour, cacheWrite5mTokens);
  const plain = lostTokens - hour - minutes;
  return scaled(
    hour * (rates.cacheWrite1h - rates.cacheRead) +
      minutes * (rates.cacheWrite5m - rates.cacheRead) +
      plain * (rates.input - rates.cacheRead),
  );
}
