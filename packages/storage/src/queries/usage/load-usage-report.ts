import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { findMargin } from '../../usage/margin-dimensions.ts';
import { foldUsageReport, type UsagePlace, type UsageReportRow } from './fold-usage-report.ts';
import { loadSteps, type StepsAsked, type UsageSteps } from './load-steps.ts';
import { loadClosedDays, NO_DAYS, splitByDays, withoutOpen } from './margin-readings.ts';
import { toReportQuery } from './report-query.ts';
import {
  chooseUsageSource,
  cutRange,
  type SplitColumn,
  type TimeRange,
  type UsageFilter,
  type UsageSource,
} from './usage-source.ts';
import { SUM_COLUMNS, type UsageSumName } from './usage-sums.ts';

/** What usage can be split by, and the column of each. */
const GROUP_COLUMNS = {
  domain: 'domain',
  accountId: 'account_id',
  keyId: 'key_id',
  userId: 'user_id',
  projectId: 'project_id',
  model: 'model',
  kind: 'kind',
  outcome: 'outcome',
  status: 'status_class',
} as const satisfies Readonly<Record<string, SplitColumn>>;

export type UsageGroup = keyof typeof GROUP_COLUMNS;

export interface UsageReportInput<Name extends UsageSumName> extends StepsAsked {
  readonly filter: UsageFilter;
  readonly by: UsageGroup | null;
  /** Groups beyond these are added up as one. */
  readonly groupsMax: number;
  /** What is asked for; nothing else is added up. */
  readonly sums: readonly Name[];
  readonly nowMs: number;
}

export interface UsageReport<Name extends UsageSumName = UsageSumName> extends UsageSteps {
  /** Every step of every group, empty ones too; by step, then the dearest group first. */
  readonly rows: readonly UsageReportRow<Name>[];
}

/**
 * Usage by steps of a calendar, from a range that is widened to whole steps; all of it as one step is cut to the millisecond. Days that are over are read from their margins where
 * those are kept by what is asked for.
 */
export async function loadUsageReport<Name extends UsageSumName>(
  storage: Pick<Storage, 'db'>,
  input: UsageReportInput<Name>,
): Promise<UsageReport<Name>> {
  const cut = await loadSteps(storage, input);
  const column = input.by === null ? null : GROUP_COLUMNS[input.by];
  const margin = findMargin(input.filter, column);
  const closed = margin === null ? NO_DAYS : await loadClosedDays(storage.db, cut);
  const { readings, open, cutHours } = splitByDays(cut, closed);
  const whole = splitByDays({ steps: cut.steps.slice(0, 1), toMs: cut.toMs }, withoutOpen(closed, open));
  const pieces = [...open, ...cutHours].flatMap((range) =>
    input.step === 'all' ? cutRange(range) : [{ ...range, source: chooseSource(range, cut.steps, input.nowMs) }],
  );
  // Where hours are cut, what was read of them must not be counted twice.
  const ranks = cutHours.length > 0 ? readings : whole.readings;
  const columns = input.sums.map((name) => SUM_COLUMNS[name]);
  const plan = { ...input, column, margin, readings, ranks, pieces, columns, steps: cut.steps };
  const found = await sql<UsagePlace>`${toReportQuery(plan)}`.execute(storage.db);
  return { ...cut, rows: foldUsageReport(found.rows, { ...input, steps: cut.steps }) };
}

function chooseSource({ fromMs, toMs }: TimeRange, steps: readonly number[], nowMs: number): UsageSource {
  return chooseUsageSource([fromMs, ...steps.filter((atMs) => atMs > fromMs && atMs < toMs), toMs], nowMs);
}
