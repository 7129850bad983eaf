/** How much of a window was used at an instant: 0 is nothing, 1 is everything; more has been seen. */
export interface UsedAt {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly usedShare: number;
}

/** A window to look ahead in. */
export interface WindowToForecast {
  /** Oldest first. Those of an earlier run of the window may be among them: a fall of the share ends what counts. */
  readonly samples: readonly UsedAt[];
  /** Epoch milliseconds; null where nobody told when it starts anew. */
  readonly resetsAtMs: number | null;
  readonly nowMs: number;
}

/** Where a window is heading. Instants are epoch milliseconds, slopes shares an hour. */
export type Forecast =
  /** Too little was seen to tell. */
  | { readonly kind: 'unknown' }
  /** Nothing is being used. */
  | { readonly kind: 'idle'; readonly usedShare: number }
  | { readonly kind: 'full' }
  | {
      readonly kind: 'rising';
      /** Now, carried on from the last sample. */
      readonly usedShare: number;
      readonly sharePerHour: number;
      /** When it is full at that pace. */
      readonly fullAtMs: number;
      /** A band around it, from the paces seen lately and how much they differ; null is never. */
      readonly fullEarliestMs: number;
      readonly fullLatestMs: number | null;
      /** Whether the window starts anew before it is full; null where its reset is not known. */
      readonly resetsBefore: boolean | null;
    };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Paces are taken over each of these spans; the longest one decides, the others widen the band. */
const SPANS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS] as const;
/** Pairs grow with the square: more samples are thinned out evenly. */
const SAMPLES_MAX = 120;
/** Samples closer together than this tell of one request, not of a pace. */
const SPAN_MS_MIN = MINUTE_MS;
/** Slower than one hundredth in a day is rounding, not use. */
const IDLE_SHARE_PER_HOUR = 0.01 / 24;

/**
 * Says when a window will be full, from the slopes of its use in the last 5, 15 and 60 minutes. How often it is right, and how often its
 * band holds the truth: fixtures/windows/README.md.
 */
export function forecastWindow({ samples, resetsAtMs, nowMs }: WindowToForecast): Forecast {
  const run = toCurrentRun(samples, nowMs);
  const last = run.at(-1);
  if (last === undefined) return { kind: 'unknown' };
  if (last.usedShare >= 1) return { kind: 'full' };
  const paces = SPANS_MS.flatMap((spanMs) => findPace(run, nowMs - spanMs) ?? []);
  const sharePerHour = paces.at(-1);
  if (sharePerHour === undefined) return { kind: 'unknown' };
  if (sharePerHour <= IDLE_SHARE_PER_HOUR) return { kind: 'idle', usedShare: last.usedShare };
  const toFullAt = (pace: number): number => Math.round(last.atMs + ((1 - last.usedShare) / pace) * HOUR_MS);
  const fullAtMs = Math.max(nowMs, toFullAt(sharePerHour));
  const spread = findSpread(run, { nowMs, aheadMs: fullAtMs - nowMs });
  const slowest = Math.min(...paces, sharePerHour - spread);
  const quickest = Math.max(...paces, sharePerHour + spread);
  return {
    kind: 'rising',
    usedShare: Math.min(1, last.usedShare + (sharePerHour * (nowMs - last.atMs)) / HOUR_MS),
    sharePerHour,
    fullAtMs,
    fullEarliestMs: Math.max(nowMs, toFullAt(quickest)),
    fullLatestMs: slowest <= IDLE_SHARE_PER_HOUR ? null : Math.max(fullAtMs, toFullAt(slowest)),
    resetsBefore: resetsAtMs === null ? null : resetsAtMs <= fullAtMs,
  };
}

const STEP_MS = 10 * MINUTE_MS;
const STEPS = 6;
/** Four of five lie within so many deviations. */
const DEVIATIONS = 1.28;

/**
 * How far the pace of the next `aheadMs` may be from that of the last hour, as much as ten minutes of it differed from one another: a share
 * an hour. The less time lies ahead, the less it evens out. 0 where less than two of them were seen.
 */
function findSpread(
  run: readonly UsedAt[],
  { nowMs, aheadMs }: { readonly nowMs: number; readonly aheadMs: number },
): number {
  const firstMs = run[0]?.atMs ?? nowMs;
  const seen = Math.min(STEPS, Math.floor((nowMs - firstMs) / STEP_MS + 0.5));
  if (seen < 2) return 0;
  const usedAt = (atMs: number): number => (run.findLast((sample) => sample.atMs <= atMs) ?? run[0])?.usedShare ?? 0;
  const used = Array.from({ length: seen }, (_, step) => {
    const toMs = nowMs - step * STEP_MS;
    return usedAt(toMs) - usedAt(toMs - STEP_MS);
  });
  const middle = used.reduce((sum, share) => sum + share, 0) / seen;
  const deviation = Math.sqrt(used.reduce((sum, share) => sum + (share - middle) ** 2, 0) / (seen - 1));
  const stepsAhead = Math.max(1, aheadMs / STEP_MS);
  return DEVIATIONS * (deviation / STEP_MS) * HOUR_MS * Math.sqrt(1 / stepsAhead + 1 / seen);
}

/** A share that falls by more than a step of its rounding began anew; a clock that jumped back ends a run too. */
const FALL_SHARE = 0.015;

function toCurrentRun(samples: readonly UsedAt[], nowMs: number): readonly UsedAt[] {
  const known = samples.filter(({ atMs, usedShare }) => atMs <= nowMs && Number.isFinite(usedShare));
  const begin = known.findLastIndex((sample, at) => {
    const before = known[at - 1];
    return before !== undefined && (sample.usedShare < before.usedShare - FALL_SHARE || sample.atMs < before.atMs);
  });
  return known.slice(Math.max(0, begin));
}

/**
 * The median of the slopes between all pairs of samples (Theil–Sen), which a few odd ones cannot bend. The last sample
 * before the span stands at its beginning: samples are kept only where the share changed.
 */
function findPace(run: readonly UsedAt[], fromMs: number): number | null {
  const first = run.findIndex(({ atMs }) => atMs >= fromMs);
  const begin = Math.max(0, (first === -1 ? run.length : first) - 1);
  const within = thin(run.slice(begin));
  const spanMs = (within.at(-1)?.atMs ?? 0) - (within[0]?.atMs ?? 0);
  if (spanMs < SPAN_MS_MIN) return null;
  const slopes = within.flatMap((later, at) =>
    within
      .slice(0, at)
      .filter((earlier) => later.atMs > earlier.atMs)
      .map((earlier) => ((later.usedShare - earlier.usedShare) / (later.atMs - earlier.atMs)) * HOUR_MS),
  );
  return toMedian(slopes);
}

function thin(samples: readonly UsedAt[]): readonly UsedAt[] {
  if (samples.length <= SAMPLES_MAX) return samples;
  const step = (samples.length - 1) / (SAMPLES_MAX - 1);
  return Array.from({ length: SAMPLES_MAX }, (_, at) => samples[Math.round(at * step)]).filter(
    (sample) => sample !== undefined,
  );
}

function toMedian(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
