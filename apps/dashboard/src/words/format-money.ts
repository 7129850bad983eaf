const NANO_PER_DOLLAR = 1_000_000_000;
const CENTS = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SMALL = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** Less than this is told as less than it: one request of a small model may cost as little. */
const SMALLEST_NANO = 100_000;

/** Money of integer nano-dollars (10⁻⁹ $), with as many places as tell something: `<$0.0001`, `$0.0042`, `$12.30`, `$12,300`. */
export function formatMoney(nanoDollars: number): string {
  if (nanoDollars < 0) return `−${formatMoney(-nanoDollars)}`;
  if (nanoDollars === 0) return '$0';
  if (nanoDollars < SMALLEST_NANO) return '<$0.0001';
  const dollars = nanoDollars / NANO_PER_DOLLAR;
  if (dollars < 0.999_95) return `$${SMALL.format(dollars)}`;
  return `$${(dollars < 9_999.995 ? CENTS : WHOLE).format(dollars)}`;
}

interface CostSums {
  readonly costNano: number;
  readonly totalTokens: number;
}

/** The cost of a sum of requests; tokens that cost nothing are tokens whose price nobody knows. */
export function formatCost({ costNano, totalTokens }: CostSums): string {
  return costNano === 0 && totalTokens > 0 ? 'no price' : formatMoney(costNano);
}
