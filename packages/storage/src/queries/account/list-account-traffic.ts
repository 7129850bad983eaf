import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

export interface AccountTraffic {
  readonly accountId: string;
  readonly requestCount: number;
}

/** Requests of each account since `sinceMs` (epoch milliseconds, to the hour), from the hourly roll-up alone. */
export async function listAccountTraffic(
  { db }: Pick<Storage, 'db'>,
  input: { sinceMs: number },
): Promise<AccountTraffic[]> {
  const found = await sql<{ account_id: string; requests: number }>`
    select account_id, sum(request_count)::bigint as requests
    from usage_hour
    where at >= date_trunc('hour', ${new Date(input.sinceMs)}::timestamptz, 'UTC')
      and account_id <> ''
    group by account_id
    order by requests desc, account_id
    limit 10000`.execute(db);
  return found.rows.map((row) => ({ accountId: row.account_id, requestCount: row.requests }));
}
