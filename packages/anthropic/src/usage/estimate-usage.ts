import type { Usage } from './usage.ts';

export interface UsageEvidence {
  /** What Claude counted before the answer broke off; null where not even the input was counted. */
  readonly counted: Usage | null;
  readonly outputTokens: number;
  /** Bytes of the request's text, for an input floor where Claude counted nothing; 0 where nothing reached Claude. */
  readonly requestBytes: number;
}

/** A floor for an exchange whose final count never came; to be marked as estimated wherever it is shown. */
export function estimateUsage(_evidence: UsageEvidence): Usage {
  throw new Error('not built yet');
}
