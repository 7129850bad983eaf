import type { RequestFacts } from '@nexus/core';

/** What class of failure a request ended with, out of a bounded set; null where it ended well. */
export function toErrorType({ outcome, errorCode, errorType, status }: RequestFacts): string | null {
  if (outcome === 'completed') return null;
  if (errorCode !== null) return errorCode;
  // Whoever answers may name errors as it likes.
  if (errorType !== null && /^[a-z_]{1,60}$/.test(errorType)) return errorType;
  return outcome === 'upstream-error' && status !== null ? `${status}` : outcome;
}
