import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

/** Requests whose cost is a guess or not known, by the model that they are priced by. */
export interface DoubtfulModel {
  /** What answered, or what was asked for where no answer names it; empty where neither does. */
  readonly model: string;
  readonly requestCount: number;
  /** Of those, requests with counts that cannot be true. */
  readonly suspiciousCount: number;
}

/**
 * The models behind what sums of usage call guessed and unpriced, the most used first. Usage keeps the model that was asked for,
 * and outlives its request: who answered is looked up where the request is still there. What used no tokens has no pricing, so
 * refusals and counts of tokens are not among them.
 */
export async function listDoubtfulModels(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs }: TimeRange,
): Promise<readonly DoubtfulModel[]> {
  const found = await sql<DoubtfulModel>`
    select
      coalesce(nullif(r.model_served, ''), u.model, '') as model,
      count(*)::bigint as "requestCount",
      count(*) filter (where u.suspicious)::bigint as "suspiciousCount"
    from usage as u
    left join request as r
      on r.conversation_id = u.conversation_id
      and r.started_at = u.started_at
      and r.request_id = u.request_id
    where u.started_at >= ${new Date(fromMs)}
      and u.started_at < ${new Date(toMs)}
      and u.pricing in ('guessed', 'unpriced')
    group by 1
    order by "requestCount" desc, model
    limit 1000`.execute(db);
  return found.rows;
}
