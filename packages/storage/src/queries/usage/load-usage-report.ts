import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { findMargin, type MarginPlace } from '../../usage/margin-dimensions.ts';
import { foldUsageReport, type UsagePlace, type UsageReportRow } from './fold-usage-report.ts';
import { loadSteps, type StepsAsked, type UsageSteps } from './load-steps.ts';
import { toMarginGroups, toMarginRanks, toMarginTotal } from './margin-parts.ts';
import { loadClosedDays, type MarginReading, NO_DAYS, splitByDays, withoutOpen } from './margin-readings.ts';
import {
  chooseUsageSource,
  cutRange,
  type SplitColumn,
  type TimeRange,
  toSourceRows,
  type UsageFilter,
  type UsagePiece,
  type UsageSource,
} from './usage-source.ts';
import { SUM_COLUMNS, type SumColumn, toPackedSteps, toSummed, type UsageSumName } from './usage-sums.ts';

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
 * Usage by steps of a calendar, from a range that is widened to whole steps. Days that are over are read from their margins where
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
  const found = await sql<UsagePlace>`${toQuery(plan)}`.execute(storage.db);
  return { ...cut, rows: foldUsageReport(found.rows, { ...input, steps: cut.steps }) };
}

function chooseSource({ fromMs, toMs }: TimeRange, steps: readonly number[], nowMs: number): UsageSource {
  return chooseUsageSource([fromMs, ...steps.filter((atMs) => atMs > fromMs && atMs < toMs), toMs], nowMs);
}

interface ReportPlan {
  readonly column: SplitColumn | null;
  readonly margin: MarginPlace | null;
  readonly readings: readonly MarginReading[];
  /** What tells how dear groups are, where margins do. */
  readonly ranks: readonly MarginReading[];
  readonly pieces: readonly UsagePiece[];
  readonly filter: UsageFilter;
  readonly groupsMax: number;
  readonly columns: readonly SumColumn[];
  readonly steps: readonly number[];
}

/** The sums that groups are ranked by, and that tell whether there was anything. */
const RANKED_BY = ['request_count', 'cost_nano', 'output_tokens'] as const;

function toQuery(plan: ReportPlan): RawBuilder<unknown> {
  const { column, margin, pieces, filter, groupsMax, columns, readings } = plan;
  const total = findMargin(filter, null);
  const kept = [...new Set([...columns, ...RANKED_BY])];
  const rows = toSourceRows({ pieces, filter, columns: ['at', ...(column === null ? [] : [column]), ...kept] });
  const ranked = sql`
    with open as materialized (
      select ${toStep(plan.steps)} as step, ${toGroup(column)} as "group", ${toSummed(kept)}
      from (${rows}) as source
      group by 1, 2
    ),
    ranked as materialized (${column === null ? THE_ONE_GROUP : toRanked(plan)}),
    places as (select place, min("group") as "group" from ranked group by place)`;
  // Who counts groups asks for no sums.
  if (columns.length === 0) {
    return sql`${ranked} select place, "group", null::text as open, null::text as closed from places order by place`;
  }
  return sql`
    ${ranked},
    opened as (
      select place, ${toPackedSteps(columns)} as open
      from (
        select place, step, ${toSummed(columns)}
        from open
        join ranked using ("group")
        group by place, step
      ) as summed
      group by place
    ),
    closed as (${margin === null ? NOTHING_CLOSED : toMarginGroups({ margin, readings, columns }, groupsMax)})
    select
      place,
      "group",
      open,
      case
        when place <= ${groupsMax} then closed
        ${total === null || margin === null ? sql`` : sql`else (${toMarginTotal({ margin: total, readings, columns })})`}
      end as closed
    from places
    left join opened using (place)
    left join closed using ("group")
    order by place`;
}

/** There also where nothing was used, so that its steps are there. */
const THE_ONE_GROUP = sql`select ''::text as "group", 1 as place`;

const NOTHING_CLOSED = sql`select ''::text as "group", null::text as closed where false`;

/** Of which step an instant is, from 0. */
function toStep(steps: readonly number[]): RawBuilder<unknown> {
  return sql`width_bucket(at, ${steps.map((atMs) => new Date(atMs).toISOString())}::timestamptz[]) - 1`;
}

function toGroup(column: SplitColumn | null): RawBuilder<unknown> {
  return column === null ? sql`''::text` : sql`${sql.ref(column)}::text`;
}

/** The groups, each with its place; those beyond the dearest have one. */
function toRanked({ margin, ranks, groupsMax }: ReportPlan): RawBuilder<unknown> {
  return sql`
    select
      "group",
      least(
        row_number() over (order by sum(cost_nano) desc, sum(output_tokens) desc, "group"),
        ${groupsMax + 1}
      )::integer as place
    from (
      select "group", request_count, cost_nano, output_tokens
      from open
      ${margin === null ? sql`` : sql`union all ${toMarginRanks(margin, ranks)}`}
    ) as used
    group by "group"
    having sum(request_count) > 0`;
}
