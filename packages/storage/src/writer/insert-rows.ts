import type { ClientBase, QueryResult } from 'pg';

/** How rows go into one table; `tail` is what follows the values. */
export interface InsertShape<Row> {
  readonly table: string;
  readonly columns: readonly (keyof Row & string)[];
  readonly tail: string;
}

/** Inserts rows and gives what the statements returned. */
export type InsertRows = <Row>(client: ClientBase, shape: InsertShape<Row>, rows: readonly Row[]) => Promise<unknown[]>;

/**
 * Inserts by statements of 64, 16, 4 and 1 rows: few enough texts that each is parsed once per connection, which makes
 * them as fast as binary COPY, and unlike COPY they can be repeated.
 */
export function createInsertRows(options: { readonly prepared: boolean }): InsertRows {
  const texts = new Map<string, string>();

  function findText<Row>(shape: InsertShape<Row>, count: number, name: string): string {
    const text = texts.get(name) ?? toStatement(shape, count);
    texts.set(name, text);
    return text;
  }

  return async (client, shape, rows) => {
    const returned: unknown[] = [];
    for (let at = 0; at < rows.length;) {
      const count = SIZES.find((size) => size <= rows.length - at) ?? 1;
      const name = `insert_${shape.table}_${count}`;
      const values = rows.slice(at, at + count).flatMap((row) => shape.columns.map((column) => row[column]));
      const text = findText(shape, count, name);
      const result: QueryResult<Record<string, unknown>> = await client.query(
        options.prepared ? { name, text, values } : { text, values },
      );
      returned.push(...result.rows);
      at += count;
    }
    return returned;
  };
}

const SIZES = [64, 16, 4, 1] as const;

function toStatement<Row>(shape: InsertShape<Row>, count: number): string {
  const width = shape.columns.length;
  const tuples = Array.from({ length: count }, (_, row) => {
    const parameters = shape.columns.map((_column, column) => `$${row * width + column + 1}`);
    return `(${parameters.join(', ')})`;
  });
  return `insert into ${shape.table} (${shape.columns.join(', ')})\nvalues ${tuples.join(',\n')}\n${shape.tail}`;
}
