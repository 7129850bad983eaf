import type { OperationOutput } from '@nexus/contract';
import { SEARCHED_TEXT_MAX, type SearchProgress } from '@nexus/storage';
import { toInstant } from '../to-instant.ts';

/** How far what was said can be searched, as the API gives it. */
export function toSearchProgress(progress: SearchProgress): OperationOutput<'search.list'>['progress'] {
  const { waitingRequests, waitingSinceMs, fromMs } = progress;
  return {
    waitingRequests,
    waitingSince: waitingSinceMs === null ? null : toInstant(waitingSinceMs),
    from: fromMs === null ? null : toInstant(fromMs),
    messageLengthMax: SEARCHED_TEXT_MAX,
  };
}
