import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { cutRange, type TimeRange, toSourceRows } from './usage-source.ts';

export interface AccountUsage {
  readonly accountId: string;
  readonly domain: string;
  readonly requestCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** With what was read from the cache and written to it. */
  readonly totalTokens: number;
  readonly costNano: number;
  readonly lastAt: Date;
}

/**
 * What each account used for each domain within the range: the account that used most first, whatever domains it did so for.
 * `lastAt` is that of the account.
 */
export async function listUsageAccounts(
  { db }: Pick<Storage, 'db'>,
  range: TimeRange,
): Promise<readonly AccountUsage[]> {
  const rows = toSourceRows({ pieces: cutRange(range), filter: {}, columns: COLUMNS });
  const found = await sql<AccountUsage>`
    select used.*, latest."lastAt"
    from (
      select
        account_id as "accountId",
        domain,
        sum(request_count)::bigint as "requestCount",
        sum(input_tokens)::bigint as "inputTokens",
        sum(output_tokens)::bigint as "outputTokens",
        sum(input_tokens::bigint + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens)::bigint
          as "totalTokens",
        coalesce(sum(cost_nano), 0)::bigint as "costNano"
      from (${rows}) as source
      where account_id <> ''
      group by account_id, domain
    ) as used
    cross join lateral (
      select started_at as "lastAt"
      from usage
      where account_id = used."accountId"
        and started_at >= ${new Date(range.fromMs)}
        and started_at < ${new Date(range.toMs)}
      order by started_at desc
      limit 1
    ) as latest
    order by sum("outputTokens") over (partition by "accountId") desc, "accountId", "outputTokens" desc, domain
    limit 10000`.execute(db);
  return found.rows;
}

const COLUMNS = [
  'account_id',
  'domain',
  'request_count',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'cost_nano',
] as const;
