import type { AnswerState } from '@nexus/anthropic';
import type { Outcome } from '@nexus/core';
import type { StopReason } from './exchange.ts';

export interface Ending {
  /** Whether anything was sent upstream. */
  readonly forwarded: boolean;
  /** Whether the upstream began to answer. */
  readonly answered: boolean;
  /** Status of the upstream's answer, or of our refusal. */
  readonly status: number | null;
  readonly stoppedBy: StopReason | null;
  /** The upstream's connection broke before the end of its answer. */
  readonly broken: boolean;
  /** What was seen of a messages answer; null where the answer is not one, or could not be observed. */
  readonly seen: Pick<AnswerState, 'ended' | 'errorType'> | null;
}

/** Names how an exchange ended. */
export function decideOutcome(ending: Ending): Outcome {
  const { forwarded, answered, status, stoppedBy, broken, seen } = ending;
  // Clients hang up as soon as they have seen the last event: that is no abort.
  if (stoppedBy === 'caller-left' && !(answered && seen?.ended === true)) return 'aborted';
  if (!forwarded) return 'refused';
  if (!answered) return 'failed';
  if (stoppedBy !== null && stoppedBy !== 'caller-left') return stoppedBy === 'closing' ? 'cut' : 'timed-out';
  if (broken) return 'cut';
  if (status !== null && status >= 400) return 'upstream-error';
  if (seen !== null && seen.errorType !== null) return 'stream-error';
  if (seen !== null && !seen.ended) return 'cut';
  return 'completed';
}
