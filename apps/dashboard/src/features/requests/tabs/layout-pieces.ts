/** How an answer arrived, gathered into columns of equal time. */
export interface Pieces {
  /** Bytes that arrived in each column. */
  readonly columns: readonly number[];
  readonly count: number;
  readonly bytes: number;
  readonly spanMs: number;
  readonly longestGapMs: number;
  readonly medianGapMs: number;
}

/** Gathers `timings` ([milliseconds since the first byte, bytes]); null where there were no pieces. */
export function layoutPieces(timings: readonly (readonly [number, number])[], columnsMax: number): Pieces | null {
  if (timings.length === 0) return null;
  const spanMs = Math.max(1, timings.at(-1)?.[0] ?? 0);
  // A column narrower than a millisecond would say more than the clock knows.
  const columns = Array.from({ length: Math.max(1, Math.min(columnsMax, Math.ceil(spanMs))) }, () => 0);
  for (const [atMs, bytes] of timings) {
    const column = Math.min(columns.length - 1, Math.max(0, Math.floor((atMs / spanMs) * columns.length)));
    columns[column] = (columns[column] ?? 0) + bytes;
  }
  const gaps = timings.slice(1).map(([atMs], index) => atMs - (timings[index]?.[0] ?? atMs));
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    columns,
    count: timings.length,
    bytes: timings.reduce((sum, [, bytes]) => sum + bytes, 0),
    spanMs,
    longestGapMs: sorted.at(-1) ?? 0,
    medianGapMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
}
