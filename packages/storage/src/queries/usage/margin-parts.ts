import { type RawBuilder, sql } from 'kysely';
import { invariant } from '../../invariant.ts';
import { MARGIN_NAMES, type MarginPlace } from '../../usage/margin-dimensions.ts';
import { type MarginReading, toMarginRows, toReadingRows } from './margin-readings.ts';
import { SUM_NAMES } from './usage-sums.ts';

export interface MarginParts {
  /** Split into groups, or all as one. */
  readonly margin: MarginPlace;
  /** The same without groups. */
  readonly total: MarginPlace;
  readonly steps: readonly number[];
  readonly readings: readonly MarginReading[];
  /** Groups beyond so many have one place, behind the others. */
  readonly groupsMax: number;
}

/**
 * Rows by step and place with the columns of `SUMS`, to be added up. Of many groups only the dearest are read, each by the whole
 * key of its rows; what is beyond them is everything without them: a week by project, hour by hour, reads 3,000 rows and not 40,000.
 */
export function toMarginParts({ margin, total, steps, readings, groupsMax }: MarginParts): RawBuilder<unknown> {
  const rows = toReadingRows(readings, (step) => new Date(steps[step] ?? 0));
  const group = margin.group === null ? {} : { [margin.group]: sql.ref('ranked.group') };
  return sql`
    with top as materialized (
      select r.at, ranked.place, ${toSigned(sql`r.sign`)}
      from ranked
      cross join ${rows}
      cross join lateral (${toMarginRows({ ...margin, ...group })}) as m
      where ranked.place <= ${groupsMax}
    )
    select * from top
    union all
    select at, ${groupsMax + 1}::integer, ${sql.join(SUM_NAMES.map((name) => sql`-${sql.ref(name)}`))}
    from top
    where ${IS_REST_THERE} > ${groupsMax}
    union all
    select r.at, ${groupsMax + 1}::integer, ${toSigned(sql`r.sign`)}
    from ${rows}
    cross join lateral (${toMarginRows(total)}) as m
    where ${IS_REST_THERE} > ${groupsMax}`;
}

const IS_REST_THERE = sql`(select max(place) from ranked)`;

/** What tells which groups are the dearest of the whole range. */
export function toMarginRanks(margin: MarginPlace, readings: readonly MarginReading[]): RawBuilder<unknown> {
  return sql`
    select
      ${margin.group === null ? sql`''::text` : sql.ref(`m.${margin.group}`)} as "group",
      r.sign * m.request_count,
      r.sign * m.cost_nano,
      r.sign * m.output_tokens
    from ${toReadingRows(readings, () => new Date(0))}
    cross join lateral (${toMarginRows(margin)}) as m`;
}

/** In the order of `SUM_NAMES`, since a union goes by place. */
function toSigned(sign: RawBuilder<unknown>): RawBuilder<unknown> {
  const columns = new Map<string, string>(Object.entries(MARGIN_NAMES).map(([column, name]) => [name, column]));
  const signed = SUM_NAMES.map((name) => {
    const column = columns.get(name);
    invariant(column !== undefined, 'every sum that is given out is kept by the margins');
    return sql`${sign} * ${sql.ref(`m.${column}`)} as ${sql.ref(name)}`;
  });
  return sql.join(signed);
}
