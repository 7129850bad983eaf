import type { RequestDetail } from '@nexus/contract';
import { useNames } from '../../api/use-names.ts';
import { join } from '../../ui/join.ts';
import { formatDuration } from '../../words/format-duration.ts';

interface AttemptListProps {
  readonly attempts: RequestDetail['attempts'];
  readonly durationMs: number;
}

/** Which accounts were asked, one after the other, and what became of each: to scale with the time line above. */
export function AttemptList({ attempts, durationMs }: AttemptListProps) {
  const names = useNames();
  return (
    <section aria-label="Attempts" className="flex flex-col gap-2 rounded-lg border bg-surface px-4 py-3.5">
      <h3 className="text-sm font-semibold">{attempts.length === 1 ? 'One attempt' : `${attempts.length} attempts`}</h3>
      <ol className="flex flex-col gap-2">
        {attempts.map((attempt) => (
          <li key={attempt.startMs} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-sm">
              <span className="font-medium" title={attempt.accountId}>
                {names.get(attempt.accountId) ?? attempt.accountId}
              </span>
              <span className={isGood(attempt) ? 'text-ink-2' : 'text-bad'}>{attempt.because}</span>
              <span className="ml-auto text-xs text-ink-3">
                after {formatDuration(attempt.startMs)}, for {formatDuration(attempt.durationMs)}
              </span>
            </div>
            <div aria-hidden className="relative h-1.5 overflow-hidden rounded bg-sunken">
              <span
                className={join('absolute inset-y-0 min-w-[2px] rounded', isGood(attempt) ? 'bg-accent' : 'bg-bad')}
                style={{
                  left: toPercent(attempt.startMs, durationMs),
                  width: toPercent(attempt.durationMs, durationMs),
                }}
              />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function isGood({ status, because }: RequestDetail['attempts'][number]): boolean {
  return because === 'answered' || (status !== null && because === `status ${status}` && status < 400);
}

function toPercent(ms: number, wholeMs: number): string {
  return `${wholeMs === 0 ? 0 : Math.min(100, (ms / wholeMs) * 100)}%`;
}
