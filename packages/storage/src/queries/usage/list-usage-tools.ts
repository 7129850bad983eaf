import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { SessionFilter } from './session-pieces.ts';
import { type TimeRange, toFilter } from './usage-source.ts';

export interface ToolUsage {
  readonly tool: string;
  /** Answers that called it, and how often they did. */
  readonly requestCount: number;
  readonly callCount: number;
  readonly lastAt: Date;
}

const DAY_MS = 86_400_000;
const TOOLS_MAX = 1_000;

/** Calls of tools, the most called first: whole days from their sums, what a border cuts from requests. */
export async function listUsageTools(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs, filter }: TimeRange & { readonly filter: SessionFilter },
): Promise<readonly ToolUsage[]> {
  const firstDayMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const lastDayMs = Math.max(firstDayMs, Math.floor(toMs / DAY_MS) * DAY_MS);
  const cuts: readonly TimeRange[] = [
    { fromMs, toMs: Math.min(firstDayMs, toMs) },
    { fromMs: lastDayMs, toMs },
  ];
  const found = await sql<ToolUsage>`
    select
      tool,
      sum(requests)::bigint as "requestCount",
      sum(calls)::bigint as "callCount",
      max(last_at) as "lastAt"
    from (
      select tool, request_count as requests, call_count as calls, last_at
      from usage_tool_day
      where at >= ${new Date(firstDayMs)} and at < ${new Date(lastDayMs)} ${toFilter(filter)}
      ${sql.join(
        cuts.filter((cut) => cut.fromMs < cut.toMs).map((cut) => sql`union all ${toCalls(cut, toFilter(filter))}`),
        sql` `,
      )}
    ) as called
    group by tool
    order by "callCount" desc, tool
    limit ${TOOLS_MAX}`.execute(db);
  return found.rows;
}

/** Tools that one session called, most called first. */
export async function listSessionTools(
  { db }: Pick<Storage, 'db'>,
  { sessionId, ...range }: TimeRange & { readonly sessionId: string },
): Promise<readonly ToolUsage[]> {
  const found = await sql<ToolUsage>`
    select tool, requests as "requestCount", calls as "callCount", last_at as "lastAt"
    from (${toCalls(range, sql`and session_id = ${sessionId}`)}) as called
    order by calls desc, tool
    limit ${TOOLS_MAX}`.execute(db);
  return found.rows;
}

function toCalls({ fromMs, toMs }: TimeRange, conditions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select tool, count(distinct request_id) as requests, count(*) as calls, max(started_at) as last_at
    from usage
    cross join lateral unnest(tool_names) as t (tool)
    where started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)} ${conditions}
    group by tool`;
}
