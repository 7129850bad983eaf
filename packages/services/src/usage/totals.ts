import type { OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { loadReport } from './load-report.ts';

const DAY_MS = 86_400_000;
/** Before this there was no Claude to be used; a clock that was wrong may have made older rows. */
const BEGINNING_MS = Date.UTC(2023, 0, 1);
const SUMS = ['requestCount', 'inputTokens', 'outputTokens', 'costNano'] as const;

/** Totals by domain over all that is kept. */
export async function getUsageTotals(context: Context): Promise<OperationOutput<'usage.totals'>> {
  // The day that runs is in its sum already, and whole days are read from the shortest table.
  const toMs = Math.ceil(context.clock() / DAY_MS) * DAY_MS;
  const { rows } = await loadReport(context, { fromMs: BEGINNING_MS, toMs, step: 'all', by: 'domain', sums: SUMS });
  return {
    domains: rows.map((row) => ({
      domain: row.group ?? '',
      requests: row.requestCount,
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
      totalTokens: row.inputTokens + row.outputTokens,
      costNano: row.costNano,
    })),
  };
}
