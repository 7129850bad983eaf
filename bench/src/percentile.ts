/** The value that `percent` of `values` do not exceed; NaN where there are none. */
export function toPercentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

export function toMedian(values: readonly number[]): number {
  return toPercentile(values, 50);
}
