import { findPrice, type PriceTable } from '@nexus/core';
import { loadUsageReport, type Storage, type TimeRange } from '@nexus/storage';

/** A model that was used and has no price of its own. */
export interface UnsureModel {
  readonly model: string;
  readonly requestCount: number;
  /** `guessed` by its family, or `unknown`. */
  readonly price: 'guessed' | 'unknown';
}

/** Models used in a span (widened to whole hours) whose price `table` does not know, the most used first. */
export async function listUnsureModels(
  storage: Storage,
  table: PriceTable,
  range: TimeRange,
): Promise<readonly UnsureModel[]> {
  const { rows } = await loadUsageReport(storage, { ...BY_MODEL, ...range, nowMs: range.toMs });
  const unsure = rows.flatMap(({ group, requestCount }): readonly UnsureModel[] => {
    if (group === null || group === '' || requestCount === 0) return [];
    const { kind } = findPrice(table, group, range.toMs);
    return kind === 'exact' ? [] : [{ model: group, requestCount, price: kind }];
  });
  return unsure.toSorted((one, other) => other.requestCount - one.requestCount);
}

const BY_MODEL = { step: 'all', tz: 'UTC', by: 'model', groupsMax: 1_000, filter: {}, sums: ['requestCount'] } as const;
