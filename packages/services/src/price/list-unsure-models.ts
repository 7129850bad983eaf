import { findPrice, type PriceTable } from '@nexus/core';
import { type DoubtfulModel, listDoubtfulModels, type Storage, type TimeRange } from '@nexus/storage';

/** Requests of one model whose cost is a guess or not known. */
export interface UnsureModel {
  /** Empty where neither the request nor its answer names one. */
  readonly model: string;
  readonly requestCount: number;
  readonly because: PriceDoubt;
}

/**
 * Why: the table knows the family alone, or nothing of the name; no name was told; counts cannot be true; or the table
 * knows the model now, and did not then, or does not know the price of something else that the request used.
 */
export type PriceDoubt = 'guessed' | 'unknown' | 'unnamed' | 'suspicious' | 'recorded-otherwise';

/** What sums of usage call guessed and unpriced, by model and by what `table` knows of it; the most used first. */
export async function listUnsureModels(
  storage: Storage,
  table: PriceTable,
  range: TimeRange,
): Promise<readonly UnsureModel[]> {
  const found = await listDoubtfulModels(storage, range);
  return found
    .flatMap((model) => toUnsure(model, table, range.toMs))
    .toSorted((one, other) => other.requestCount - one.requestCount);
}

function toUnsure({ model, requestCount, suspiciousCount }: DoubtfulModel, table: PriceTable, atMs: number) {
  const parts: readonly UnsureModel[] = [
    { model, requestCount: suspiciousCount, because: 'suspicious' },
    { model, requestCount: requestCount - suspiciousCount, because: toDoubt(model, table, atMs) },
  ];
  return parts.filter((part) => part.requestCount > 0);
}

function toDoubt(model: string, table: PriceTable, atMs: number): PriceDoubt {
  if (model === '') return 'unnamed';
  const { kind } = findPrice(table, model, atMs);
  return kind === 'exact' ? 'recorded-otherwise' : kind;
}
