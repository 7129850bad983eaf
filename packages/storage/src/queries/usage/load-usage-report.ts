import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { findMargin } from '../../usage/margin-dimensions.ts';
import { toMarginParts, toMarginRanks } from './margin-parts.ts';
import { loadClosedDays, NO_DAYS, splitByDays, withoutOpen } from './margin-readings.ts';
import { chooseUsageSource, cutRange, toSourceRows, type TimeRange, type UsageFilter } from './usage-source.ts';
import { SUM_NAMES, SUMS, SUMS_OF_SUMS, type UsageTotals } from './usage-sums.ts';

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
} as const;

export type UsageGroup = keyof typeof GROUP_COLUMNS;
export type UsageStepUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'all';

export interface UsageReportInput extends TimeRange {
  readonly filter: UsageFilter;
  readonly step: UsageStepUnit;
  /** A name of the tz database. */
  readonly tz: string;
  readonly by: UsageGroup | null;
  /** Groups beyond these are added up as one. */
  readonly groupsMax: number;
  readonly nowMs: number;
}

export interface UsageReportRow extends UsageTotals {
  readonly at: Date;
  /** Null where usage is not split, and for all groups beyond the dearest. */
  readonly group: string | null;
  readonly isRest: boolean;
}

export interface UsageReport extends TimeRange {
  /** Beginnings, epoch milliseconds, oldest first. */
  readonly steps: readonly number[];
  /** Every step of every group, empty ones too; by step, then the dearest group first. */
  readonly rows: readonly UsageReportRow[];
}

/**
 * Usage by steps of a calendar. PostgreSQL cuts the time, so that a day is 23 or 25 hours where clocks change; the range is
 * widened to whole steps. Days that are over are read from their margins where those are kept by what is asked for.
 */
export async function loadUsageReport({ db }: Pick<Storage, 'db'>, input: UsageReportInput): Promise<UsageReport> {
  const { steps, fromMs, toMs } = await loadSteps(db, input);
  const column = input.by === null ? null : GROUP_COLUMNS[input.by];
  const margin = findMargin(input.filter, column);
  const total = findMargin(input.filter, null);
  const closed = margin === null ? NO_DAYS : await loadClosedDays(db, { fromMs, toMs });
  const { readings, open } = splitByDays({ steps, toMs }, closed);
  const whole = splitByDays({ steps: steps.slice(0, 1), toMs }, withoutOpen(closed, open));
  const pieces = open.flatMap((range) =>
    input.step === 'all'
      ? cutRange(range)
      : [{ ...range, source: chooseUsageSource([...steps, range.fromMs, range.toMs], input.nowMs) }],
  );
  const step = input.step === 'all' ? sql`${new Date(fromMs)}::timestamptz` : toTruncated(input, sql.ref('at'));
  const group = column === null ? sql`''::text` : sql`${sql.ref(column)}::text`;
  const found = await sql<UsageReportRow>`
    with open as materialized (
      select ${step} as at, ${group} as "group", ${SUMS}
      from (${toSourceRows(pieces, input.filter)}) as source
      group by 1, 2
    ),
    ranked as (
      select
        "group",
        least(
          row_number() over (order by sum("costNano") desc, sum("outputTokens") desc, "group"),
          ${input.groupsMax + 1}
        )::integer as place
      from (
        select "group", "requestCount", "costNano", "outputTokens"
        from open
        ${margin === null ? sql`` : sql`union all ${toMarginRanks(margin, whole.readings)}`}
      ) as used
      group by "group"
      having sum("requestCount") > 0
    ),
    parts as (
      select at, place, ${sql.join(TOTAL_REFS)}
      from open
      join ranked using ("group")
      ${margin === null || total === null ? sql`` : sql`union all (${toMarginParts({ ...input, margin, total, steps, readings })})`}
    ),
    folded as (
      select at, place, ${SUMS_OF_SUMS}
      from parts
      group by 1, 2
    ),
    groups as (${input.by === null ? THE_ONE_GROUP : toGroups(input.groupsMax)})
    select s.at, g."group", g."isRest", ${sql.join(TOTAL_REFS.map((ref) => sql`coalesce(f.${ref}, 0)::bigint as ${ref}`))}
    from unnest(${steps.map((atMs) => new Date(atMs))}::timestamptz[]) as s (at)
    cross join groups as g
    left join folded as f on f.at = s.at and f.place = g.place
    order by s.at, g.place`.execute(db);
  return { steps, fromMs, toMs, rows: found.rows };
}

/** There also where nothing was used, so that its steps are there. */
const THE_ONE_GROUP = sql`select null::text as "group", false as "isRest", 1 as place`;

/** Those beyond the dearest have one place. */
function toGroups(groupsMax: number): RawBuilder<unknown> {
  return sql`
    select place, case when place <= ${groupsMax} then min("group") end as "group", place > ${groupsMax} as "isRest"
    from ranked
    group by place`;
}

const TOTAL_REFS = SUM_NAMES.map((name) => sql.ref(name));

/** Finer than the step by so much that each step holds an instant of it, also where clocks are moved by half an hour. */
const SERIES = {
  minute: '1 minute',
  hour: '30 minutes',
  day: '12 hours',
  week: '3 days',
  month: '14 days',
} as const;

const HOUR_MS = 3_600_000;

async function loadSteps(
  db: Storage['db'],
  input: Pick<UsageReportInput, 'fromMs' | 'toMs' | 'step' | 'tz'>,
): Promise<{ steps: number[] } & TimeRange> {
  const { step, tz } = input;
  if (step === 'all') {
    const fromMs = Math.floor(input.fromMs / HOUR_MS) * HOUR_MS;
    return { steps: [fromMs], fromMs, toMs: Math.ceil(input.toMs / HOUR_MS) * HOUR_MS };
  }
  const last = new Date(input.toMs - 1);
  const found = await sql<{ at: Date; until: Date }>`
    select
      ${toTruncated(input, sql.ref('t'))} as at,
      (date_trunc(${step}, ${last}::timestamptz at time zone ${tz}) + ${`1 ${step}`}::interval) at time zone ${tz} as until
    from (
      select generate_series(
        ${toTruncated(input, sql`${new Date(input.fromMs)}::timestamptz`)},
        ${last}::timestamptz,
        ${SERIES[step]}::interval
      ) as t
      union all
      select ${last}::timestamptz
    ) as instants
    group by 1, 2
    order by 1`.execute(db);
  const steps = found.rows.map((row) => row.at.getTime());
  return {
    steps,
    fromMs: steps[0] ?? input.fromMs,
    toMs: found.rows[0]?.until.getTime() ?? input.toMs,
  };
}

function toTruncated({ step, tz }: Pick<UsageReportInput, 'step' | 'tz'>, instant: ReturnType<typeof sql>) {
  return sql`date_trunc(${step}, ${instant}, ${tz})`;
}
