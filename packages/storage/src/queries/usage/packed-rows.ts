import { type RawBuilder, sql } from 'kysely';
import { invariant } from '../../invariant.ts';

/**
 * Rows of integers as one text, for {@link readPacked}: a row costs the driver as much as its columns, and a week by hour and key has
 * 25,000 of them. A null would be left out, so none may be among them.
 * `values` are SQL.
 */
export function toPacked(values: readonly string[]): RawBuilder<string | null> {
  return sql.raw(`string_agg(concat_ws(',', ${values.join(', ')}), '],[')`);
}

/** What {@link toPacked} gave; null is what an aggregate gives of no rows. */
export function readPacked(text: string | null): readonly (readonly number[])[] {
  if (text === null) return [];
  const rows: unknown = JSON.parse(`[[${text}]]`);
  invariant(areRows(rows), 'rows of integers were packed');
  return rows;
}

/** The text is made of integers alone, by {@link toPacked}; looking at each again would cost as much as reading it. */
function areRows(rows: unknown): rows is readonly (readonly number[])[] {
  return Array.isArray(rows);
}
