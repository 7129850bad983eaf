import { ERRORS_MAX, errorsInLastHour, type LiveState } from '../../api/live/live-state.ts';

export interface ErrorCount {
  readonly count: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
}

/**
 * Errors of the last hour. What was recorded knows of the time before this page was opened, and what was seen knows of the
 * last seconds and of the time in which the database is away: the larger number is nearer to the truth.
 */
export function toErrorCount(state: LiveState, recorded: ErrorCount | null, nowMs: number): ErrorCount {
  const seen = errorsInLastHour(state, nowMs);
  if (recorded !== null && recorded.count >= seen) return recorded;
  return { count: seen, isMore: seen >= ERRORS_MAX };
}
