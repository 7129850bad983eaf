import type { OperationOutput } from '@nexus/contract';
import { countOf, formatCount } from '../../words/format-count.ts';
import { formatDay } from '../../words/format-instant.ts';

/** What of everything that was said can be found now. */
export function SearchProgressLine({
  progress,
}: {
  readonly progress: OperationOutput<'search.list'>['progress'] | undefined;
}) {
  if (progress === undefined) return null;
  const { from, waitingRequests, messageLengthMax } = progress;
  if (from === null) {
    return <p className="text-xs text-warn">The search is switched off. NEXUS_SEARCH_DAYS switches it on.</p>;
  }
  return (
    <p className="text-xs text-ink-3">
      Since {formatDay(from)}, the first {formatCount(messageLengthMax)} characters of a message.
      {waitingRequests > 0 && ` ${countOf(waitingRequests, 'request')} still to be read.`}
    </p>
  );
}
