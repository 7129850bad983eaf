import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listUsageTools } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';

const DAYS_BY_DEFAULT = 7;
/** Claude Code names the tools of MCP servers `mcp__server__tool`. */
const MCP_TOOL = /^mcp__(.+?)__/;

/** Tools that models called, most called first. */
export async function listToolUsage(
  context: Context,
  input: OperationInput<'usage.tools'>,
): Promise<OperationOutput<'usage.tools'>> {
  const { start, end, fromMs, toMs } = toAnalyticsRange(input, context.clock(), DAYS_BY_DEFAULT);
  const found = await listUsageTools(requireStorage(context), { fromMs, toMs, filter: toUsageFilter(input) });
  return {
    period: { start, end },
    total_invocations: found.reduce((sum, { requestCount }) => sum + requestCount, 0),
    unique_tools: found.length,
    tools: found.slice(0, input.limit).map(({ tool, requestCount, lastAt }) => {
      const server = MCP_TOOL.exec(tool)?.[1] ?? null;
      return {
        tool_name: tool,
        server,
        tool_type: server === null ? 'client' : 'mcp',
        invocations: requestCount,
        success_rate: null,
        last_used: lastAt.toISOString(),
      };
    }),
  };
}
