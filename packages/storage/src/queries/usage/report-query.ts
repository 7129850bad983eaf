import { type RawBuilder, sql } from 'kysely';
import { findMargin, type MarginPlace } from '../../usage/margin-dimensions.ts';
import { toMarginGroups, toMarginRanks, toMarginTotal } from './margin-parts.ts';
import type { MarginReading } from './margin-readings.ts';
import { toInstants } from './to-instants.ts';
import { type SplitColumn, toSourceRows, type UsageFilter, type UsagePiece } from './usage-source.ts';
import { type SumColumn, toPackedSteps, toSummed } from './usage-sums.ts';

export interface ReportPlan {
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

/** Asks for a `UsagePlace` a row, in the order of places. */
export function toReportQuery(plan: ReportPlan): RawBuilder<unknown> {
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
  return sql`width_bucket(at, ${toInstants(steps)}) - 1`;
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
    having sum(request_count) > 0 or sum(output_tokens) > 0 or sum(cost_nano) > 0`;
}
