import { invariant } from '../../invariant.ts';
import { readPacked } from './packed-rows.ts';
import type { UsageSumName, UsageTotals } from './usage-sums.ts';

/** What one place among the groups of a report used. */
export interface UsagePlace {
  /** From 1, the dearest first; what is beyond the last has one together. */
  readonly place: number;
  readonly group: string;
  /** Packed rows of a step, from 0, and its sums. */
  readonly open: string | null;
  /** The same of days that were read from margins; for groups beyond the last it is everything. */
  readonly closed: string | null;
}

export type UsageReportRow<Name extends UsageSumName = UsageSumName> = ReportPlace & Pick<UsageTotals, Name>;

interface ReportPlace {
  readonly at: Date;
  /** Null where usage is not split, and for all groups beyond the dearest. */
  readonly group: string | null;
  readonly isRest: boolean;
}

export interface ReportShape<Name extends UsageSumName> {
  /** Beginnings, epoch milliseconds. */
  readonly steps: readonly number[];
  readonly sums: readonly Name[];
  readonly by: unknown;
  readonly groupsMax: number;
}

/** Sums of all steps, one step after the other. They stay below 2^53, where such a number is exact. */
type Table = Float64Array;

/** Every step of every place, empty ones too; by step, then by place. */
export function foldUsageReport<Name extends UsageSumName>(
  found: readonly UsagePlace[],
  { steps, sums, by, groupsMax }: ReportShape<Name>,
): UsageReportRow<Name>[] {
  const rest: Table = new Float64Array(steps.length * sums.length);
  const places = found.map(({ place, group, open, closed }) => {
    const isRest = place > groupsMax;
    const used: Table = isRest ? rest : new Float64Array(rest.length);
    addRows(used, open, 1);
    addRows(used, closed, 1);
    // What is beyond the dearest groups is everything without them.
    if (!isRest) addRows(rest, closed, -1);
    return { group: isRest || by === null ? null : group, isRest, used };
  });
  return steps.flatMap((atMs, step) => {
    const at = new Date(atMs);
    const first = step * sums.length;
    return places.map(({ group, isRest, used }) => toRow({ at, group, isRest }, sums, used.subarray(first)));
  });
}

function addRows(table: Table, packed: string | null, sign: 1 | -1): void {
  for (const row of readPacked(packed)) {
    const first = (row[0] ?? 0) * (row.length - 1) - 1;
    for (let at = 1; at < row.length; at += 1) table[first + at] = (table[first + at] ?? 0) + sign * (row[at] ?? 0);
  }
}

function toRow<Name extends UsageSumName>(
  place: ReportPlace,
  names: readonly Name[],
  sums: Table,
): UsageReportRow<Name> {
  const row: Partial<Record<UsageSumName, number>> & ReportPlace = { ...place };
  for (const [at, name] of names.entries()) row[name] = sums[at] ?? 0;
  invariant(hasAll(row, names), 'each name was set');
  return row;
}

function hasAll<Name extends UsageSumName>(row: ReportPlace, names: readonly Name[]): row is UsageReportRow<Name> {
  return names.every((name) => name in row);
}
