import type { OperationOutput } from '@nexus/contract';
import { formatDuration } from '../../words/format-duration.ts';

/** What one call with a credential that is not kept yet gave. */
export type Trial = OperationOutput<'account.try'>;

interface TriedProps {
  readonly trial: Trial | null;
  readonly isTrying: boolean;
  readonly error: Error | null;
}

/** Says whether a credential works, before anybody relies on it. */
export function Tried({ trial, isTrying, error }: TriedProps) {
  return (
    <p role="status" className="min-h-5 grow basis-56 text-sm">
      {isTrying && <span className="text-ink-3">Asking its upstream …</span>}
      {!isTrying && error !== null && <span className="text-bad">{error.message}</span>}
      {!isTrying && error === null && trial !== null && (
        <span className={trial.ok ? 'text-ok' : 'text-bad'}>
          {trial.message} ({formatDuration(trial.durationMs)})
        </span>
      )}
    </p>
  );
}
