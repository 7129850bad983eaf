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

/** Less than a millionth of a dollar is no step of an axis that anybody reads. */
const TICK_PLACES = [0, 2, 3, 4, 5, 6];

/** The marks of one axis, all with the fewest places that tell each of them exactly: `$0.25`, `$0.50`, `$1.00`. */
export function formatMoneyTicks(nanoDollars: readonly number[]): readonly string[] {
  const places = TICK_PLACES.find((count) => nanoDollars.every((nano) => hasPlaces(nano, count)));
  if (places === undefined) return nanoDollars.map(formatMoney);
  const format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places });
  return nanoDollars.map((nano) => (nano === 0 ? '$0' : `$${format.format(nano / NANO_PER_DOLLAR)}`));
}

function hasPlaces(nano: number, places: number): boolean {
  const units = (nano / NANO_PER_DOLLAR) * 10 ** places;
  // The steps of an axis come from floating point, and 0.1 + 0.2 is not quite 0.3.
  return Math.abs(units - Math.round(units)) <= units * 1e-6;
}

interface CostSums {
  readonly costNano: number;
  readonly totalTokens: number;
}

/** The cost of a sum of requests; tokens that cost nothing are tokens whose price nobody knows. */
export function formatCost({ costNano, totalTokens }: CostSums): string {
  return costNano === 0 && totalTokens > 0 ? 'no price' : formatMoney(costNano);
}
