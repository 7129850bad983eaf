import type { EndedRequest } from '../../api/live/live-state.ts';

/** Output tokens of a request that ended. */
export interface Output {
  readonly tokens: number;
  /** True where Claude's final count is not known, and `tokens` is a floor. */
  readonly isEstimated: boolean;
}

/**
 * The recorded row knows most; until it is there, the end does. Where neither counted, what ticked while it streamed
 * still stands: a number that people saw does not go away.
 */
export function toOutput({ seen, end, recorded }: EndedRequest): Output | null {
  const told = recorded?.usage ? recorded : end;
  if (told?.usage) return { tokens: told.usage.outputTokens, isEstimated: told.usageEstimated };
  if (recorded !== null || seen === null || seen.outputTokens === 0) return null;
  return { tokens: seen.outputTokens, isEstimated: seen.outputTokensEstimated };
}
