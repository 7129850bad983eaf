import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

export interface ToolUsage {
  readonly tool: string;
  readonly requestCount: number;
  readonly lastAt: Date;
}

export interface ToolUsageInput extends TimeRange {
  readonly domain?: string | undefined;
  readonly accountId?: string | undefined;
  readonly model?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** Requests whose answer called a tool, by tool, most first. A list of requests is the only place that names them. */
export async function listUsageTools(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs, ...filter }: ToolUsageInput,
): Promise<readonly ToolUsage[]> {
  const columns = [
    ['domain', filter.domain],
    ['account_id', filter.accountId],
    ['model', filter.model],
    ['session_id', filter.sessionId],
  ] as const;
  const conditions = columns.flatMap(([column, value]) =>
    value === undefined ? [] : [sql`and ${sql.ref(column)} = ${value}`],
  );
  const found = await sql<ToolUsage>`
    select tool, count(*) as "requestCount", max(started_at) as "lastAt"
    from request
    cross join lateral unnest(tool_names) as t (tool)
    where started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)} ${sql.join(conditions, sql` `)}
    group by tool
    order by "requestCount" desc, tool
    limit 1000`.execute(db);
  return found.rows;
}
