import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

export interface AccountUsage {
  readonly accountId: string;
  readonly domain: string;
  readonly requestCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNano: number;
  readonly lastAt: Date;
}

/** What each account used for each domain within the range. */
export async function listUsageAccounts(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs }: TimeRange,
): Promise<readonly AccountUsage[]> {
  const found = await sql<AccountUsage>`
    select
      account_id as "accountId",
      domain,
      count(*) as "requestCount",
      sum(input_tokens)::bigint as "inputTokens",
      sum(output_tokens)::bigint as "outputTokens",
      coalesce(sum(cost_nano), 0)::bigint as "costNano",
      max(started_at) as "lastAt"
    from usage
    where started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)} and account_id <> ''
    group by account_id, domain
    order by "outputTokens" desc, account_id, domain
    limit 10000`.execute(db);
  return found.rows;
}
