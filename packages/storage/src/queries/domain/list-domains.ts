import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

export interface DomainSummary {
  readonly domain: string;
  readonly requestCount: number;
  readonly errorCount: number;
  readonly lastSeenAtMs: number | null;
}

/**
 * Domains seen since `sinceMs` (epoch milliseconds, to the hour), busiest first. Counts come from the hourly roll-up,
 * the last request of each domain from the index on (domain, started_at): no list of requests is read.
 */
export async function listDomains({ db }: Pick<Storage, 'db'>, input: { sinceMs: number }): Promise<DomainSummary[]> {
  const found = await sql<{ domain: string; requests: number; errors: number; last_seen_at: Date | null }>`
    select domain, requests, errors, last_seen_at
    from (
      select
        domain,
        sum(request_count)::bigint as requests,
        coalesce(sum(request_count) filter (where outcome not in ('completed', 'aborted')), 0)::bigint as errors
      from usage_hour
      where at >= date_trunc('hour', ${new Date(input.sinceMs)}::timestamptz, 'UTC')
      group by domain
    ) as counted
    left join lateral (
      select started_at as last_seen_at
      from request
      where request.domain = counted.domain
      order by started_at desc
      limit 1
    ) as latest on true
    order by requests desc, domain
    limit 1000`.execute(db);
  return found.rows.map((row) => ({
    domain: row.domain,
    requestCount: row.requests,
    errorCount: row.errors,
    lastSeenAtMs: row.last_seen_at?.getTime() ?? null,
  }));
}
