import type { LatencyHistogram } from '@nexus/core';
import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { findMargin } from '../../usage/margin-dimensions.ts';
import { loadClosedDays, NO_DAYS, splitByDays } from './margin-readings.ts';
import { toMarginRows } from './margin-rows.ts';
import { cutRange, type TimeRange, toFilter, toTimes, type UsageFilter } from './usage-source.ts';

export interface ModelLatency {
  readonly model: string;
  readonly requestCount: number;
  readonly firstToken: LatencyHistogram;
  readonly duration: LatencyHistogram;
}

const HOUR_MS = 3_600_000;

/** Histograms of each model, the most used first, from whole hours; step by step they are added up in the database. */
export async function loadUsageLatency(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly filter: UsageFilter },
): Promise<readonly ModelLatency[]> {
  const fromMs = Math.floor(input.fromMs / HOUR_MS) * HOUR_MS;
  const toMs = Math.ceil(input.toMs / HOUR_MS) * HOUR_MS;
  const margin = findMargin(input.filter, 'model');
  // Histograms are kept by model alone.
  const serves = margin?.dimension === 'model';
  const closed = serves ? await loadClosedDays(db, { fromMs, toMs }) : NO_DAYS;
  const { readings, open } = splitByDays({ steps: [fromMs], toMs }, closed);
  const parts = open.flatMap(cutAll).map(
    ({ source, ...range }) => sql`
      select model, request_count, first_token_histogram, duration_histogram, 1 as sign
      from ${sql.table(source)}
      where ${toTimes(source, range)} ${toFilter(input.filter)}`,
  );
  const ofMargins = sql`
    select value, request_count, first_token_histogram, duration_histogram, sign
    from (${toMarginRows(margin ?? NO_MARGIN, readings)}) as m`;
  const found = await sql<ModelLatency>`
    with source (model, request_count, first_token_histogram, duration_histogram, sign) as materialized (${sql.join([...parts, ofMargins], sql` union all `)}),
    ${toMerged('first_token_histogram', 'first_tokens')},
    ${toMerged('duration_histogram', 'durations')}
    select
      m.model,
      m.requests as "requestCount",
      coalesce(f.histogram, '{}') as "firstToken",
      coalesce(d.histogram, '{}') as duration
    from (select model, sum(sign * request_count)::bigint as requests from source group by model having sum(sign * request_count) > 0) as m
    left join first_tokens as f using (model)
    left join durations as d using (model)
    order by m.requests desc, m.model
    limit 100`.execute(db);
  return found.rows;
}

/** No day is read from margins then, whatever they are kept by. */
const NO_MARGIN = { dimension: '', value: undefined, other: undefined } as const;

/** Called for each of many: the second argument of `cutRange` is not a place in a list. */
function cutAll(range: TimeRange) {
  return cutRange(range);
}

function toMerged(column: string, name: string) {
  return sql`
    ${sql.table(name)} as (
      select model, array_agg(counted order by step) filter (where step <= last_step) as histogram
      from (
        select model, step, counted, max(case when counted > 0 then step end) over (partition by model) as last_step
        from (
          select model, step, sum(sign * counted)::integer as counted
          from source
          cross join lateral unnest(${sql.ref(column)}) with ordinality as u (counted, step)
          group by model, step
        ) as sums
      ) as counts
      group by model
    )`;
}
