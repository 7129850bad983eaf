/** Where a page of a list by time ended: the next one holds only what is older. */
export interface Keyset {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly id: string;
}

/** A page of `limit` rows, of which one more was read to tell whether another page follows; `next` is null on the last. */
export function toKeysetPage<Row>(
  rows: readonly Row[],
  limit: number,
  toKeyset: (row: Row) => Keyset,
): { readonly rows: readonly Row[]; readonly next: Keyset | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? toKeyset(last) : null };
}
