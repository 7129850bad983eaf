import { type RawBuilder, sql } from 'kysely';
import type { MarginPlace } from '../../usage/margin-dimensions.ts';
import type { MarginReading } from './margin-readings.ts';
import { toMarginRows } from './margin-rows.ts';
import { toPackedSteps, type SumColumn, toSummed } from './usage-sums.ts';

export interface MarginParts {
  readonly margin: MarginPlace;
  readonly readings: readonly MarginReading[];
  readonly columns: readonly SumColumn[];
}

/**
 * What each of the dearest groups used, as packed steps. What is beyond them is everything without them, so it is not read: a week
 * by project, hour by hour, reads 1,500 rows and not 20,000.
 */
export function toMarginGroups({ margin, readings, columns }: MarginParts, groupsMax: number): RawBuilder<unknown> {
  const top = sql`array(select "group" from ranked where place <= ${groupsMax})`;
  const key = margin.group === null ? margin : { ...margin, [margin.group]: top };
  return sql`
    select "group", ${toPackedSteps(columns)} as closed
    from (
      select ${toGroup(margin)} as "group", step, ${toSummed(columns, 'sign * ')}
      from (${toMarginRows(key, readings)}) as read
      group by 1, 2
    ) as summed
    group by "group"`;
}

/** Packed steps of everything together; the margin is one without groups. */
export function toMarginTotal({ margin, readings, columns }: MarginParts): RawBuilder<unknown> {
  return sql`
    select ${toPackedSteps(columns)}
    from (
      select step, ${toSummed(columns, 'sign * ')}
      from (${toMarginRows(margin, readings)}) as read
      group by step
    ) as summed`;
}

/** What tells which groups are the dearest of the whole range. */
export function toMarginRanks(margin: MarginPlace, readings: readonly MarginReading[]): RawBuilder<unknown> {
  return sql`
    select ${toGroup(margin)} as "group", sign * request_count, sign * cost_nano, sign * output_tokens
    from (${toMarginRows(margin, readings)}) as read`;
}

function toGroup(margin: MarginPlace): RawBuilder<unknown> {
  return margin.group === null ? sql`''::text` : sql.ref(margin.group);
}
