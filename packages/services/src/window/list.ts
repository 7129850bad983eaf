import type { OperationInput, OperationOutput, WindowSummary } from '@nexus/contract';
import { type Forecast, forecastWindow, toWindowSource, toWindowSpanMs, type UsedAt } from '@nexus/core';
import {
  type KnownWindow,
  listUsageAccounts,
  listWindows,
  listWindowSamples,
  loadWindowUse,
  type Storage,
  type TimeRange,
  type WindowUse,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 86_400_000;
/** An account that was silent for longer has windows that nobody knows anything of. */
const KNOWN_MS = 8 * DAY_MS;
/** Paces are taken over an hour; what stood at its beginning was told before. */
const SAMPLES_MS = 6 * HOUR_MS;

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
  const counted = await countWindows(storage, known, nowMs);
  const windows = known.map((window) => {
    const kept = (byWindow.get(toKey(window)) ?? []).flatMap(({ atMs, usedShare }) =>
      usedShare === null ? [] : [{ atMs, usedShare }],
    );
    return toSummary(window, { samples: kept, counted: counted.get(window) ?? null, nowMs });
  });
  const rolling = await listRolling(context, storage, {
    accountId,
    spanMs: (rollingMinutes ?? context.rollingWindowMinutes) * MINUTE_MS,
    told: new Set(known.map((window) => window.accountId)),
  });
  return { windows: [...windows, ...rolling] };
}

function toKey({ accountId, name }: { readonly accountId: string; readonly name: string }): string {
  return `${accountId}\0${name}`;
}

interface WindowFacts {
  readonly samples: readonly UsedAt[];
  readonly counted: WindowUse | null;
  readonly nowMs: number;
}

function toSummary(window: KnownWindow, { samples, counted, nowMs }: WindowFacts): WindowSummary {
  const { accountId, name, seenAtMs, scope, isRejected, usedShare, resetsAtMs } = window;
  const isOver = resetsAtMs !== null && resetsAtMs <= nowMs;
  // An unchanged share is not kept as a sample, but it was told again.
  const seen = usedShare === null ? samples : [...samples, { atMs: seenAtMs, usedShare }];
  const forecast = isOver ? ({ kind: 'unknown' } as const) : forecastWindow({ samples: seen, resetsAtMs, nowMs });
  return {
    accountId,
    name,
    source: toWindowSource(name),
    spanMs: toWindowSpanMs(name),
    seenAt: toInstant(seenAtMs),
    ageMs: Math.max(0, nowMs - seenAtMs),
    scope,
    isRejected: isRejected && !isOver,
    usedShare,
    resetsAt: resetsAtMs === null ? null : toInstant(resetsAtMs),
    isOver,
    counted,
    forecast: toForecastShape(forecast),
  };
}

/** What passed here since each window began; other machines may have used the same account. */
async function countWindows(
  storage: Storage,
  known: readonly KnownWindow[],
  nowMs: number,
): Promise<ReadonlyMap<KnownWindow, WindowUse>> {
  const spans = known.flatMap((window) => {
    const span = toCountedSpan(window, nowMs);
    return span === null ? [] : [{ window, span: { ...span, accountId: window.accountId } }];
  });
  const uses = await loadWindowUse(
    storage,
    spans.map(({ span }) => span),
  );
  return new Map(spans.flatMap(({ window }, at) => (uses[at] === undefined ? [] : [[window, uses[at]]])));
}

/** Null where the span of a window is not known. */
function toCountedSpan({ name, resetsAtMs }: KnownWindow, nowMs: number): TimeRange | null {
  const spanMs = toWindowSpanMs(name);
  if (spanMs === null) return null;
  const fromMs = resetsAtMs === null || resetsAtMs <= nowMs ? nowMs - spanMs : resetsAtMs - spanMs;
  // What began in this hour is all there is of it.
  return { fromMs, toMs: Math.ceil(nowMs / HOUR_MS) * HOUR_MS };
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
    spanMs,
    seenAt: toInstant(nowMs),
    ageMs: 0,
    scope: null,
    isRejected: false,
    usedShare: null,
    resetsAt: null,
    isOver: false,
    counted: {
      requestCount: rows.reduce((sum, row) => sum + row.requestCount, 0),
      totalTokens: rows.reduce((sum, row) => sum + row.totalTokens, 0),
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
