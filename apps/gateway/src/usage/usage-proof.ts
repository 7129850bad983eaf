import type { PgConnection } from '@nexus/storage';

/** What came of adding usage up anew. */
export interface UsageProof {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly checkedDays: number;
  readonly checkedRows: number;
  /** Days (UTC) whose sums were wrong, and those of them that were made anew. */
  readonly wrongDays: readonly string[];
  readonly repairedDays: readonly string[];
}

/** What the thread is started with. */
export interface ProofThreadSettings {
  readonly connection: PgConnection | string;
  readonly prepared: boolean;
  readonly slowQueryMs: number;
  readonly nowMs: number;
}

export type FromProofThread =
  | { readonly type: 'proved'; readonly proof: UsageProof }
  | { readonly type: 'failed'; readonly problem: string };

/** First and last instant of days that are proved. */
export interface ProofSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;
/** Today and the two days before: records come late, but hardly ever later. */
const LATEST_DAYS = 3;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 13;

/** The latest days, and of the thirteen weeks before them (from the epoch on) the one whose turn it is. */
export function toProofSpans(nowMs: number): readonly ProofSpan[] {
  const latestMs = (Math.floor(nowMs / DAY_MS) - LATEST_DAYS + 1) * DAY_MS;
  const newest = Math.floor((latestMs - DAY_MS) / WEEK_MS);
  const turn = Math.floor(nowMs / DAY_MS) % WEEKS;
  const week = newest - ((((newest - turn) % WEEKS) + WEEKS) % WEEKS);
  return [
    { fromMs: latestMs, toMs: nowMs },
    { fromMs: week * WEEK_MS, toMs: Math.min((week + 1) * WEEK_MS, latestMs) - 1 },
  ];
}
