import type { PriceRow, PriceTable } from './price-table.ts';

/** What is known of the price of a model. */
export type FoundPrice =
  | { readonly kind: 'exact'; readonly row: PriceRow }
  /** The model is not in the table, but a family of the table is in its name: priced like the family's newest. */
  | { readonly kind: 'guessed'; readonly row: PriceRow }
  | { readonly kind: 'unknown' };

/** The price of `model` at an instant (epoch milliseconds), whatever platform's spelling the id has. */
export function findPrice(table: PriceTable, model: string, atMs: number): FoundPrice {
  const id = toPlainModelId(model);
  const row = findRow(table, id, atMs);
  if (row !== null) return { kind: 'exact', row };
  const guess = findFamilyRow(table, id, atMs);
  return guess === null ? { kind: 'unknown' } : { kind: 'guessed', row: guess };
}

/**
 * The id without what platforms and dates add to a name of Claude: `us.anthropic.claude-opus-4-5-20251101-v1:0`,
 * `claude-opus-4-5@20251101`, `claude-3-5-sonnet-v2@20241022`, `anthropic/claude-opus-4.5`, `claude-opus-4-5[1m]` and
 * `claude-opus-4-0` are all known by one name. Of other names nobody knows which part is a version, so they stay as they are.
 */
export function toPlainModelId(model: string): string {
  const id = model
    .trim()
    .toLowerCase()
    .replace(/\[1m\]$/, '');
  const start = id.indexOf('claude-');
  if (start === -1) return id;
  return id
    .slice(start)
    .replace(/(?:-v\d+(?::\d+k?)*|[@-](?:\d{8}|latest|default))+$/, '')
    .replaceAll('.', '-')
    .replace(/-0$/, '');
}

function findRow({ rows }: PriceTable, id: string, atMs: number): PriceRow | null {
  return rows.findLast((row) => row.model === id && row.fromMs <= atMs) ?? null;
}

const FAMILIES = ['fable', 'mythos', 'opus', 'sonnet', 'haiku'] as const;

/** The first row of the family stands for its newest model: rows stand in the order of models, newest first. */
function findFamilyRow(table: PriceTable, id: string, atMs: number): PriceRow | null {
  const family = FAMILIES.find((name) => id.split('-').includes(name));
  const newest = table.rows.find((row) => family !== undefined && row.model.split('-').includes(family));
  return newest === undefined ? null : findRow(table, newest.model, atMs);
}
