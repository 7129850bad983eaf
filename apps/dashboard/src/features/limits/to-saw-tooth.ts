import type { LimitWindow, WindowSample } from '../../api/limit-queries.ts';

/** Where a line goes: epoch milliseconds and a share. */
export interface Point {
  readonly atMs: number;
  readonly share: number;
}

/** The line of a window over time: it rises as it is used, and falls to nothing where it starts anew. */
export function toSawTooth(samples: readonly WindowSample[], nowMs: number): readonly Point[] {
  const line: Point[] = [];
  let before: { readonly share: number; readonly resetsAtMs: number } | null = null;
  for (const { at, usedShare, resetsAt } of samples) {
    if (usedShare === null) continue;
    const atMs = Date.parse(at);
    if (before !== null && before.resetsAtMs <= atMs)
      line.push(...toFall(before.share, before.resetsAtMs), { atMs, share: 0 });
    // What is told holds until something else is told.
    else if (before !== null) line.push({ atMs, share: before.share });
    line.push({ atMs, share: usedShare });
    before = { share: usedShare, resetsAtMs: resetsAt === null ? Infinity : Date.parse(resetsAt) };
  }
  if (before === null) return line;
  const isOver = before.resetsAtMs <= nowMs;
  line.push(...(isOver ? toFall(before.share, before.resetsAtMs) : [{ atMs: nowMs, share: before.share }]));
  return line;
}

/** A window that starts anew begins with nothing. */
function toFall(share: number, atMs: number): readonly Point[] {
  return [
    { atMs, share },
    { atMs, share: 0 },
  ];
}

/** What may come: the likely line, and the band between the quickest and the slowest pace, as its outline. */
export interface Cone {
  readonly likely: readonly Point[];
  readonly band: readonly Point[];
}

/** The forecast from now until the window starts anew, or until `endMs`; null where nothing rises. */
export function toCone({ forecast, resetsAt }: LimitWindow, nowMs: number, endMs: number): Cone | null {
  if (forecast.kind !== 'rising') return null;
  const untilMs = Math.min(endMs, resetsAt === null ? Infinity : Date.parse(resetsAt));
  if (untilMs <= nowMs) return null;
  const from = { atMs: nowMs, share: Math.min(1, forecast.usedShare) };
  const toLine = (fullAt: string | null) => toRise(from, fullAt === null ? Infinity : Date.parse(fullAt), untilMs);
  return {
    likely: toLine(forecast.fullAt),
    band: [...toLine(forecast.fullEarliestAt), ...toLine(forecast.fullLatestAt).toReversed()],
  };
}

/** A straight line to full, and along it from there on. */
function toRise(from: Point, fullAtMs: number, untilMs: number): readonly Point[] {
  if (fullAtMs <= from.atMs) {
    return [from, { atMs: from.atMs, share: 1 }, { atMs: untilMs, share: 1 }];
  }
  if (fullAtMs < untilMs) return [from, { atMs: fullAtMs, share: 1 }, { atMs: untilMs, share: 1 }];
  const share = from.share + ((1 - from.share) * (untilMs - from.atMs)) / (fullAtMs - from.atMs);
  return [from, { atMs: untilMs, share }];
}
