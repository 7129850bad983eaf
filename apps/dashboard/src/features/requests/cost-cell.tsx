import type { RequestSummary } from '@nexus/contract';
import { formatMoney } from '../../words/format-money.ts';
import { PRICING_WORDS } from '../../words/pricing-words.ts';

/** What a request cost; a price that was guessed says so, and one that nobody knows is not shown as nothing. */
export function CostCell({ cost }: { readonly cost: RequestSummary['cost'] }) {
  if (cost === null) return null;
  const title = `${PRICING_WORDS[cost.pricing].about} Prices of ${cost.priceVersion}.`;
  if (cost.nanoDollars === null) {
    return (
      <span className="text-ink-3" title={title}>
        no price
      </span>
    );
  }
  return (
    <span title={title}>
      {cost.pricing === 'guessed' && <span className="text-ink-3">≈ </span>}
      {formatMoney(cost.nanoDollars)}
    </span>
  );
}
