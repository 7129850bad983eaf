/** First day of a month in UTC, `YYYY-MM-01`: the unit of partitions and of retention. */
export type Month = `${string}-01`;

/** The month that an instant (epoch milliseconds) falls in. */
export function toMonth(atMs: number): Month {
  return `${new Date(atMs).toISOString().slice(0, 7)}-01`;
}

export function addMonths(month: Month, count: number): Month {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(5, 7)) - 1;
  return toMonth(Date.UTC(year, index + count, 1));
}
