import type { SplitColumn, UsageFilter } from '../queries/usage/usage-source.ts';
import { SUM_COLUMNS, type SumColumn } from '../queries/usage/usage-sums.ts';

/** Columns that usage is summed up by alone, or two of them together. */
export const MARGIN_DIMENSIONS = [
  [],
  ['account_id'],
  ['domain'],
  ['key_id'],
  ['user_id'],
  ['project_id'],
  ['model'],
  ['kind'],
  ['outcome'],
  ['status_class'],
  ['account_id', 'domain'],
  ['account_id', 'model'],
  ['account_id', 'kind'],
  ['domain', 'model'],
  ['domain', 'kind'],
  ['model', 'kind'],
] as const satisfies readonly (readonly MarginColumn[])[];

export type MarginColumn = SplitColumn;

/** The sums that are kept. */
export const MARGIN_SUMS: readonly SumColumn[] = Object.values(SUM_COLUMNS);

/** Which rows of the margins answer a question: those of a dimension, narrowed to a value, split by a column. */
export interface MarginPlace {
  readonly dimension: string;
  readonly value: string | undefined;
  readonly other: string | undefined;
  /** The column of the margin that groups are told by; null where all is one group. */
  readonly group: 'value' | 'other' | null;
}

const FILTER_COLUMNS = {
  domain: 'domain',
  accountId: 'account_id',
  keyId: 'key_id',
  userId: 'user_id',
  projectId: 'project_id',
  model: 'model',
  kind: 'kind',
} as const satisfies Record<keyof UsageFilter, MarginColumn>;

/** Null where no margin is kept by what is asked for together. */
export function findMargin(filter: UsageFilter, by: MarginColumn | null): MarginPlace | null {
  const wanted = new Map<MarginColumn, string | undefined>();
  for (const [name, column] of Object.entries(FILTER_COLUMNS)) {
    const value = readFilter(filter, name);
    if (value !== undefined) wanted.set(column, value);
  }
  if (by !== null && !wanted.has(by)) wanted.set(by, undefined);
  const columns = MARGIN_DIMENSIONS.find(
    (dimension) => dimension.length === wanted.size && dimension.every((column) => wanted.has(column)),
  );
  if (columns === undefined) return null;
  const [first, second] = columns;
  return {
    dimension: toDimension(columns),
    value: first && wanted.get(first),
    other: second && wanted.get(second),
    group: by === null ? null : by === first ? 'value' : 'other',
  };
}

export function toDimension(columns: readonly MarginColumn[]): string {
  return columns.length === 0 ? 'all' : columns.join(',');
}

function readFilter(filter: UsageFilter, name: string): string | undefined {
  return new Map<string, string | undefined>(Object.entries(filter)).get(name);
}
