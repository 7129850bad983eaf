import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { readPacked, toPacked } from './packed-rows.ts';
import type { TimeRange } from './usage-source.ts';

export interface UsagePoint {
  readonly accountId: string;
  readonly at: Date;
  /** Within the step that begins here. */
  readonly outputTokens: number;
  /** Of the window that ends with this step. */
  readonly windowTokens: number;
}

export interface UsageSeriesInput extends TimeRange {
  readonly accountIds: readonly string[];
  readonly stepMs: number;
  readonly windowMs: number;
}

/**
 * Output tokens of accounts in steps that begin at whole multiples since the epoch, with the sum of the window that ends
 * with each: every request is read once, and a frame moves over the steps. By account in the order given, then by time.
 */
export async function loadUsageSeries(
  { db }: Pick<Storage, 'db'>,
  input: UsageSeriesInput,
): Promise<readonly UsagePoint[]> {
  const { accountIds, stepMs } = input;
  const firstMs = Math.floor(input.fromMs / stepMs) * stepMs;
  const stepsBefore = Math.max(1, Math.ceil(input.windowMs / stepMs));
  const readFromMs = firstMs - stepsBefore * stepMs;
  const origin = sql`${new Date(readFromMs)}::timestamptz`;
  // Account by account, since a request is told by its step alone then: looking at both takes half as long again.
  const found = await sql<{ used: string | null }>`
    select u.used
    from unnest(${accountIds}::text[]) with ordinality as a (account_id, place)
    cross join lateral (
      select ${toPacked([`(date_part('epoch', at) * 1000)::bigint`, 'tokens'])} as used
      from (
        select date_bin(${`${stepMs} milliseconds`}::interval, started_at, ${origin}) as at, sum(output_tokens) as tokens
        from usage
        where account_id = a.account_id and started_at >= ${origin} and started_at < ${new Date(input.toMs)}
        group by 1
      ) as steps
    ) as u
    order by a.place`.execute(db);
  const steps = { readFromMs, stepMs, stepsBefore, count: Math.ceil((input.toMs - readFromMs) / stepMs) };
  return accountIds.flatMap((accountId, place) => slide(accountId, found.rows[place]?.used ?? null, steps));
}

interface SeriesSteps {
  readonly readFromMs: number;
  readonly stepMs: number;
  /** As many as the window has; points begin after them. */
  readonly stepsBefore: number;
  readonly count: number;
}

function slide(accountId: string, packed: string | null, steps: SeriesSteps): UsagePoint[] {
  const { readFromMs, stepMs, stepsBefore, count } = steps;
  const used = new Float64Array(count);
  for (const [atMs = 0, tokens = 0] of readPacked(packed)) used[(atMs - readFromMs) / stepMs] = tokens;
  const points: UsagePoint[] = [];
  let windowTokens = 0;
  for (const [step, outputTokens] of used.entries()) {
    windowTokens += outputTokens - (used[step - stepsBefore] ?? 0);
    if (step >= stepsBefore) {
      points.push({ accountId, at: new Date(readFromMs + step * stepMs), outputTokens, windowTokens });
    }
  }
  return points;
}
