import type { OperationInput, OperationOutput, WindowSummary } from '@nexus/contract';
import { type Forecast, forecastWindow, toWindowSource, toWindowSpanMs, type UsedAt } from '@nexus/core';
import { type KnownWindow, listUsageAccounts, listWindows, listWindowSamples, type Storage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { loadReport } from '../usage/load-report.ts';
import { toTotalTokens } from '../usage/to-usage-sums.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** An account that was silent for longer has windows that nobody knows anything of. */
const KNOWN_MS = 8 * DAY_MS;
/** Paces are taken over an hour; what stood at its beginning was told before. */
const SAMPLES_MS = 6 * 60 * MINUTE_MS;

/** Windows of accounts: those that Claude told of, and a rolling one for each account that it told of none. */
export async function listWindowSummaries(
  context: Context,
  { accountId, rollingMinutes }: OperationInput<'window.list'>,
): Promise<OperationOutput<'window.list'>> {
  const storage = requireStorage(context);
  const nowMs = context.clock();
  const [known, samples] = await Promise.all([
    listWindows(storage, { accountId, sinceMs: nowMs - KNOWN_MS }),
    listWindowSamples(storage, { accountId, sinceMs: nowMs - SAMPLES_MS }),
  ]);
  const byWindow = Map.groupBy(samples, toKey);
  const windows: WindowSummary[] = [];
  for (const window of known) {
    const kept = (byWindow.get(toKey(window)) ?? []).flatMap(({ atMs, usedShare }) =>
      usedShare === null ? [] : [{ atMs, usedShare }],
    );
    windows.push(await toSummary(context, window, kept));
  }
  const rolling = await listRolling(context, storage, {
    accountId,
    spanMs: rollingMinutes * MINUTE_MS,
    told: new Set(known.map((window) => window.accountId)),
  });
  return { windows: [...windows, ...rolling] };
}

function toKey({ accountId, name }: { readonly accountId: string; readonly name: string }): string {
  return `${accountId}\0${name}`;
}

async function toSummary(context: Context, window: KnownWindow, samples: readonly UsedAt[]): Promise<WindowSummary> {
  const nowMs = context.clock();
  const { accountId, name, seenAtMs, scope, isRejected, usedShare, resetsAtMs } = window;
  const isOver = resetsAtMs !== null && resetsAtMs <= nowMs;
  // An unchanged share is not kept as a sample, but it was told again.
  const seen = usedShare === null ? samples : [...samples, { atMs: seenAtMs, usedShare }];
  const forecast = isOver ? ({ kind: 'unknown' } as const) : forecastWindow({ samples: seen, resetsAtMs, nowMs });
  return {
    accountId,
    name,
    source: toWindowSource(name),
    seenAt: toInstant(seenAtMs),
    ageMs: Math.max(0, nowMs - seenAtMs),
    scope,
    isRejected: isRejected && !isOver,
    usedShare,
    resetsAt: resetsAtMs === null ? null : toInstant(resetsAtMs),
    isOver,
    counted: await countWindow(context, window),
    forecast: toForecastShape(forecast),
  };
}

/** What passed here since the window began, to the hour; other machines may have used the same account. */
async function countWindow(context: Context, { accountId, name, resetsAtMs }: KnownWindow) {
  const spanMs = toWindowSpanMs(name);
  const nowMs = context.clock();
  if (spanMs === null) return null;
  const fromMs = resetsAtMs === null || resetsAtMs <= nowMs ? nowMs - spanMs : resetsAtMs - spanMs;
  const { rows } = await loadReport(context, { fromMs, toMs: nowMs, step: 'all', filter: { accountId } });
  const [row] = rows;
  if (row === undefined) return { requestCount: 0, totalTokens: 0, costNano: 0 };
  return { requestCount: row.requestCount, totalTokens: toTotalTokens(row), costNano: row.costNano };
}

interface RollingAsked {
  readonly accountId: string | undefined;
  readonly spanMs: number;
  readonly told: ReadonlySet<string>;
}

async function listRolling(
  context: Context,
  storage: Storage,
  { accountId, spanMs, told }: RollingAsked,
): Promise<WindowSummary[]> {
  const nowMs = context.clock();
  const used = await listUsageAccounts(storage, { fromMs: nowMs - spanMs, toMs: nowMs });
  const wanted = used.filter((one) => !told.has(one.accountId) && (accountId ?? one.accountId) === one.accountId);
  return [...Map.groupBy(wanted, (one) => one.accountId)].map(([id, rows]) => ({
    accountId: id,
    name: 'rolling',
    source: 'rolling',
    seenAt: toInstant(nowMs),
    ageMs: 0,
    scope: null,
    isRejected: false,
    usedShare: null,
    resetsAt: null,
    isOver: false,
    counted: {
      requestCount: rows.reduce((sum, row) => sum + row.requestCount, 0),
      totalTokens: rows.reduce((sum, row) => sum + row.inputTokens + row.outputTokens, 0),
      costNano: rows.reduce((sum, row) => sum + row.costNano, 0),
    },
    forecast: { kind: 'unknown' },
  }));
}

function toForecastShape(forecast: Forecast): WindowSummary['forecast'] {
  if (forecast.kind !== 'rising') return forecast;
  const { fullAtMs, fullEarliestMs, fullLatestMs, ...same } = forecast;
  return {
    ...same,
    fullAt: toInstant(fullAtMs),
    fullEarliestAt: toInstant(fullEarliestMs),
    fullLatestAt: fullLatestMs === null ? null : toInstant(fullLatestMs),
  };
}
