import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

export interface UsagePoint {
  readonly accountId: string;
  readonly at: Date;
  /** Within the step that begins here. */
  readonly outputTokens: number;
  /** Of the window that ends with this step. */
  readonly windowTokens: number;
}

/**
 * Output tokens of accounts in steps that begin at whole multiples since the epoch, with the sum of the window that ends
 * with each: every request is read once, and a frame moves over the steps. By account in the order given, then by time.
 */
export async function loadUsageSeries(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly accountIds: readonly string[]; readonly stepMs: number; readonly windowMs: number },
): Promise<readonly UsagePoint[]> {
  const { accountIds, stepMs } = input;
  const firstMs = Math.floor(input.fromMs / stepMs) * stepMs;
  const stepsBefore = Math.max(1, Math.ceil(input.windowMs / stepMs));
  const readFromMs = firstMs - stepsBefore * stepMs;
  const interval = sql`${`${stepMs} milliseconds`}::interval`;
  const found = await sql<UsagePoint>`
    select account_id as "accountId", at, "outputTokens", "windowTokens"
    from (
      select
        a.place,
        a.account_id,
        s.at,
        coalesce(u.tokens, 0)::bigint as "outputTokens",
        (
          sum(coalesce(u.tokens, 0)) over (
            partition by a.place
            order by s.at
            rows between ${sql.lit(stepsBefore - 1)} preceding and current row
          )
        )::bigint as "windowTokens"
      from unnest(${accountIds}::text[]) with ordinality as a (account_id, place)
      cross join
        generate_series(${new Date(readFromMs)}::timestamptz, ${new Date(input.toMs - 1)}::timestamptz, ${interval}) as s (at)
      left join (
        select account_id, date_bin(${interval}, started_at, ${new Date(0)}::timestamptz) as at, sum(output_tokens) as tokens
        from usage
        where account_id = any(${accountIds}::text[])
          and started_at >= ${new Date(readFromMs)}
          and started_at < ${new Date(input.toMs)}
        group by 1, 2
      ) as u on u.account_id = a.account_id and u.at = s.at
    ) as points
    where at >= ${new Date(firstMs)}
    order by place, at`.execute(db);
  return found.rows;
}
