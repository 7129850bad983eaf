import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

export interface UsagePoint {
  readonly at: Date;
  /** Within the step that begins here. */
  readonly outputTokens: number;
  /** Of the window that ends with this step. */
  readonly windowTokens: number;
}

/**
 * Output tokens of an account in steps that begin at whole multiples since the epoch, with the sum of the window that ends
 * with each: every request is read once, and a frame moves over the steps.
 */
export async function loadUsageSeries(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly accountId: string; readonly stepMs: number; readonly windowMs: number },
): Promise<readonly UsagePoint[]> {
  const { accountId, stepMs } = input;
  const firstMs = Math.floor(input.fromMs / stepMs) * stepMs;
  const stepsBefore = Math.max(1, Math.ceil(input.windowMs / stepMs));
  const readFromMs = firstMs - stepsBefore * stepMs;
  const interval = sql`${`${stepMs} milliseconds`}::interval`;
  const found = await sql<UsagePoint>`
    select at, "outputTokens", "windowTokens"
    from (
      select
        s.at,
        coalesce(u.tokens, 0)::bigint as "outputTokens",
        (
          sum(coalesce(u.tokens, 0)) over (order by s.at rows between ${sql.lit(stepsBefore - 1)} preceding and current row)
        )::bigint as "windowTokens"
      from generate_series(${new Date(readFromMs)}::timestamptz, ${new Date(input.toMs - 1)}::timestamptz, ${interval}) as s (at)
      left join (
        select date_bin(${interval}, started_at, ${new Date(0)}::timestamptz) as at, sum(output_tokens) as tokens
        from usage
        where account_id = ${accountId}
          and started_at >= ${new Date(readFromMs)}
          and started_at < ${new Date(input.toMs)}
        group by 1
      ) as u using (at)
    ) as points
    where at >= ${new Date(firstMs)}
    order by at`.execute(db);
  return found.rows;
}
