import type { OperationInput, OperationOutput } from '@nexus/contract';
import { USAGE_SUM_NAMES, type UsageReportRow, type UsageTotals } from '@nexus/storage';
import type { Context } from '../context.ts';
import { toInstant, toMs } from '../to-instant.ts';
import { loadReport } from './load-report.ts';
import { addUsage, NO_USAGE, toUsageSums } from './to-usage-sums.ts';

const DAY_MS = 86_400_000;
const DAYS_BY_DEFAULT = 30;

/** Usage in steps of time, split by one dimension. */
export async function reportUsage(
  context: Context,
  input: OperationInput<'usage.report'>,
): Promise<OperationOutput<'usage.report'>> {
  const { step, tz, by, groups: groupsMax, from, to, format: _format, ...filter } = input;
  const toTimeMs = toMs(to) ?? context.clock();
  const fromMs = toMs(from) ?? toTimeMs - DAYS_BY_DEFAULT * DAY_MS;
  const report = await loadReport(context, {
    fromMs,
    toMs: toTimeMs,
    step,
    tz,
    by,
    groupsMax,
    filter,
    sums: USAGE_SUM_NAMES,
  });
  return {
    from: toInstant(report.fromMs),
    to: toInstant(report.toMs),
    tz,
    step,
    steps: report.steps.map(toInstant),
    groups: foldGroups(report.rows).map(toGroup),
    rows: report.rows.map(toRow),
    total: toUsageSums(report.rows.reduce<UsageTotals>(addUsage, NO_USAGE)),
  };
}

interface GroupTotals {
  readonly group: string | null;
  readonly isRest: boolean;
  readonly totals: UsageTotals;
}

/** Each group over all steps, in the order of the rows. */
function foldGroups(rows: readonly UsageReportRow[]): readonly GroupTotals[] {
  const groups = new Map<string | null, GroupTotals>();
  for (const row of rows) {
    const { group, isRest } = row;
    groups.set(group, { group, isRest, totals: addUsage(groups.get(group)?.totals ?? NO_USAGE, row) });
  }
  return [...groups.values()];
}

function toGroup({ group, isRest, totals }: GroupTotals) {
  return { group, isRest, ...toUsageSums(totals) };
}

function toRow(row: UsageReportRow) {
  return { at: row.at.toISOString(), group: row.group, isRest: row.isRest, ...toUsageSums(row) };
}
