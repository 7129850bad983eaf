import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listUsageTools } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';

const DAY_MS = 86_400_000;
const DAYS_BY_DEFAULT = 7;
/** Claude Code names the tools of MCP servers `mcp__server__tool`. */
const MCP_TOOL = /^mcp__(.+?)__/;

/** Tools that models called, most called first. */
export async function listToolUsage(
  context: Context,
  input: OperationInput<'usage.tools'>,
): Promise<OperationOutput<'usage.tools'>> {
  const nowMs = context.clock();
  const { start, end, fromMs, toMs } = toAnalyticsRange(input, nowMs, DAYS_BY_DEFAULT);
  // The day that runs is in its sum already: up to its end there is no more than up to now.
  const wholeMs = toMs > nowMs ? Math.ceil(toMs / DAY_MS) * DAY_MS : toMs;
  const range = { fromMs, toMs: wholeMs, filter: toUsageFilter(input) };
  const found = await listUsageTools(requireStorage(context), range);
  return {
    period: { start, end },
    total_invocations: found.reduce((sum, { callCount }) => sum + callCount, 0),
    unique_tools: found.length,
    tools: found.slice(0, input.limit).map(({ tool, requestCount, callCount, lastAt }) => {
      const server = MCP_TOOL.exec(tool)?.[1] ?? null;
      return {
        tool_name: tool,
        server,
        tool_type: server === null ? 'client' : 'mcp',
        invocations: callCount,
        requests: requestCount,
        success_rate: null,
        average_duration_ms: null,
        p95_duration_ms: null,
        last_used: lastAt.toISOString(),
      };
    }),
  };
}
