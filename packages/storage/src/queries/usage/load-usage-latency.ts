import type { LatencyHistogram } from '@nexus/core';
import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
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
  const parts = cutRange({ fromMs, toMs }).map(
    ({ source, ...range }) => sql`
      select model, request_count, first_token_histogram, duration_histogram
      from ${sql.table(source)}
      where ${toTimes(source, range)} ${toFilter(input.filter)}`,
  );
  const found = await sql<ModelLatency>`
    with source as materialized (${sql.join(parts, sql` union all `)}),
    ${toMerged('first_token_histogram', 'first_tokens')},
    ${toMerged('duration_histogram', 'durations')}
    select
      m.model,
      m.requests as "requestCount",
      coalesce(f.histogram, '{}') as "firstToken",
      coalesce(d.histogram, '{}') as duration
    from (select model, sum(request_count)::bigint as requests from source group by model) as m
    left join first_tokens as f using (model)
    left join durations as d using (model)
    order by m.requests desc, m.model
    limit 100`.execute(db);
  return found.rows;
}

function toMerged(column: string, name: string) {
  return sql`
    ${sql.table(name)} as (
      select model, array_agg(counted order by step) as histogram
      from (
        select model, step, sum(counted)::integer as counted
        from source
        cross join lateral unnest(${sql.ref(column)}) with ordinality as u (counted, step)
        group by model, step
      ) as counts
      group by model
    )`;
}
