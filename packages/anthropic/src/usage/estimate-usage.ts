import { NO_USAGE } from './fold-usage.ts';
import type { Usage } from './usage.ts';

export interface UsageEvidence {
  /** What Claude counted before the answer broke off; null where not even the input was counted. */
  readonly counted: Usage | null;
  /** Bytes of text, thinking and tool input that came. */
  readonly outputBytes: number;
  /** Bytes of the request body where it reached Claude, for an input floor where Claude counted nothing; else 0. */
  readonly requestBytes: number;
}

/** Four characters a token is the floor that Claude's own gateway bills for an answer that broke off. */
const BYTES_PER_TOKEN = 4;

/** A floor for an exchange whose final count never came; to be marked as estimated wherever it is shown. */
export function estimateUsage({ counted, outputBytes, requestBytes }: UsageEvidence): Usage {
  const known = counted ?? { ...NO_USAGE, inputTokens: toTokens(requestBytes) };
  return { ...known, outputTokens: Math.max(known.outputTokens, toTokens(outputBytes)) };
}

/** Tokens that `bytes` of text are at least; any text at all is one. */
export function toTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
