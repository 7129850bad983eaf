import { CacheVerdictKind, type OperationInput, type OperationOutput } from '@nexus/contract';
import {
  type CacheGroupRow,
  type CacheMiss,
  type CacheReportRow,
  type CacheTotals,
  listCacheMisses,
  loadCacheGroups,
  loadCacheReport,
  type UsageReport,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant, toMs } from '../to-instant.ts';
import { loadReport } from './load-report.ts';
import { toCacheUse } from './to-cache-use.ts';
import { NO_USAGE } from './to-usage-sums.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS_BY_DEFAULT = 30;
const SUMS = ['cacheReadTokens', 'cacheSavedNano'] as const;

type Output = OperationOutput<'usage.cache'>;

/** What the prompt cache saved in steps of time, and what turns lost that missed it. */
export async function reportCache(context: Context, input: OperationInput<'usage.cache'>): Promise<Output> {
  const { step, tz, by, misses: missesMax, from, to, format: _format, ...filter } = input;
  const storage = requireStorage(context);
  const toTimeMs = toMs(to) ?? context.clock();
  const fromMs = toMs(from) ?? toTimeMs - DAYS_BY_DEFAULT * DAY_MS;
  const span = step === 'all' ? widenToHours(fromMs, toTimeMs) : { fromMs, toMs: toTimeMs };
  const asked = { ...span, step, tz, filter, sums: SUMS };
  const used = await loadReport(context, asked);
  const cut = { ...asked, fromMs: used.fromMs, toMs: used.toMs, steps: used.steps };
  const [rows, groups, savings, misses] = await Promise.all([
    loadCacheReport(storage, cut),
    by === undefined ? [] : loadCacheGroups(storage, { ...cut, by }),
    by === undefined ? null : loadReport(context, { ...cut, step: 'all', by }),
    listCacheMisses(storage, { ...cut, limit: missesMax }),
  ]);
  const savedBy = new Map(savings?.rows.map((row) => [row.group, row.cacheSavedNano]));
  const verdicts = foldVerdicts(rows);
  return {
    from: toInstant(used.fromMs),
    to: toInstant(used.toMs),
    tz,
    step,
    steps: toSteps(used),
    rows: rows.map(toRow),
    verdicts,
    groups: groups.map((row) => toGroup(row, savedBy.get(row.group) ?? 0)),
    misses: misses.map(toMiss),
    total: toTotal(used, verdicts),
  };
}

/** What the cache did is summed up by the hour, and a month of turns one by one would take seconds. */
function widenToHours(fromMs: number, toTimeMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: Math.ceil(toTimeMs / HOUR_MS) * HOUR_MS };
}

type CacheUsage = UsageReport<(typeof SUMS)[number]>;

/** Usage of a step is one row, since it is not split. */
function toSteps({ steps, rows }: CacheUsage): Output['steps'] {
  const byStep = new Map(rows.map((row) => [row.at.getTime(), row]));
  return steps.map((atMs) => {
    const { cacheReadTokens, cacheSavedNano } = byStep.get(atMs) ?? NO_USAGE;
    return { at: toInstant(atMs), cacheReadTokens, savedNano: cacheSavedNano };
  });
}

const NO_LOSSES: CacheTotals = { turnCount: 0, lostTokens: 0, lostNano: 0, unpricedCount: 0 };

function foldVerdicts(rows: readonly CacheReportRow[]): Output['verdicts'] {
  const byVerdict = Map.groupBy(rows, ({ verdict }) => verdict);
  return [...byVerdict]
    .map(([verdict, all]) => toCause(verdict, all))
    .toSorted((left, right) => right.lostNano - left.lostNano || right.turnCount - left.turnCount);
}

function toCause(verdict: string, rows: readonly CacheReportRow[]): Output['verdicts'][number] {
  return { verdict: toVerdict(verdict), ...rows.reduce<CacheTotals>(addLosses, NO_LOSSES) };
}

function toRow(row: CacheReportRow): Output['rows'][number] {
  return { at: row.at.toISOString(), verdict: toVerdict(row.verdict), ...toLosses(row) };
}

function toGroup(row: CacheGroupRow, savedNano: number): Output['groups'][number] {
  return { group: row.group, missCount: row.missCount, savedNano, ...toLosses(row) };
}

function toTotal({ rows }: CacheUsage, verdicts: Output['verdicts']): Output['total'] {
  const losing = verdicts.filter(({ lostTokens }) => lostTokens > 0);
  return {
    ...verdicts.reduce<CacheTotals>(addLosses, NO_LOSSES),
    missCount: losing.reduce((sum, { turnCount }) => sum + turnCount, 0),
    cacheReadTokens: rows.reduce((sum, row) => sum + row.cacheReadTokens, 0),
    savedNano: rows.reduce((sum, row) => sum + row.cacheSavedNano, 0),
  };
}

function addLosses(left: CacheTotals, right: CacheTotals): CacheTotals {
  return {
    turnCount: left.turnCount + right.turnCount,
    lostTokens: left.lostTokens + right.lostTokens,
    lostNano: left.lostNano + right.lostNano,
    unpricedCount: left.unpricedCount + right.unpricedCount,
  };
}

function toLosses({ turnCount, lostTokens, lostNano, unpricedCount }: CacheTotals): CacheTotals {
  return { turnCount, lostTokens, lostNano, unpricedCount };
}

function toVerdict(verdict: string): Output['rows'][number]['verdict'] {
  return CacheVerdictKind.safeParse(verdict).data ?? 'unexplained';
}

function toMiss({ requestId, conversationId, startedAt, model, userId, projectId, ...turn }: CacheMiss) {
  const at = startedAt.toISOString();
  return { requestId, conversationId, startedAt: at, model, userId, projectId, ...toCacheUse({ requestId, ...turn }) };
}
