import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OperationOutput } from '@nexus/contract';
import { type LiveState, tokensPerSecond } from '../../api/live/live-state.ts';
import { recentErrorsQuery, storageStatsQuery } from '../../api/queries.ts';
import { PATHS } from '../../paths.ts';
import { Dot } from '../../ui/badge.tsx';
import { toErrorCount } from './to-error-count.ts';
import { join } from '../../ui/join.ts';
import { useNow } from '../../ui/use-now.ts';
import { countOf, formatCount } from '../../words/format-count.ts';
import { formatBytes } from '../../words/format-bytes.ts';
import type { Tone } from '../../words/outcome-words.ts';

/** The four numbers that say how this gateway is doing. */
export function LiveStrip({ state }: { readonly state: LiveState }) {
  const now = useNow(1_000);
  const recorded = useQuery(recentErrorsQuery);
  const errors = toErrorCount(state, recorded.data ?? null, now);
  return (
    <dl className="grid shrink-0 grid-cols-2 gap-px border-b bg-line lg:grid-cols-4">
      <Figure label="In flight" value={formatCount(state.inFlight.length)} unit="requests" />
      <Figure label="Output" value={formatCount(Math.round(tokensPerSecond(state, now)))} unit="tokens/s" />
      <Figure
        label="Errors, last hour"
        value={formatCount(errors.count) + (errors.isMore ? '+' : '')}
        unit={errors.count === 1 ? 'request' : 'requests'}
        bad={errors.count > 0}
      >
        {errors.count > 0 && (
          <Link
            to={PATHS.requests}
            search={{ status: 'error', range: '1h' }}
            className="text-xs font-medium text-accent underline underline-offset-2"
          >
            Show
          </Link>
        )}
      </Figure>
      <RecorderFigure />
    </dl>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly unit: string;
  readonly bad?: boolean;
  readonly children?: ReactNode;
}

function Figure({ label, value, unit, bad, children }: FigureProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 bg-canvas px-4 py-3 sm:px-6">
      <dt className="truncate text-xs text-ink-3">{label}</dt>
      <dd className="flex min-w-0 items-baseline gap-1.5">
        <span className={join('text-xl font-semibold tracking-tight', bad && 'text-bad')}>{value}</span>
        <span className="truncate text-xs text-ink-3">{unit}</span>
        {children}
      </dd>
    </div>
  );
}

type RecorderReport = OperationOutput<'storage.stats'>['recorder'];

const RECORDER_WORDS: Record<RecorderReport['state'], { readonly tone: Tone; readonly words: string }> = {
  writing: { tone: 'ok', words: 'Writing' },
  spooling: { tone: 'warn', words: 'Spooling' },
  'dropping-payload': { tone: 'bad', words: 'Dropping bodies' },
  off: { tone: 'plain', words: 'Off' },
};

function RecorderFigure() {
  const stats = useQuery(storageStatsQuery);
  const recorder = stats.data?.recorder;
  if (!recorder) {
    // The recorder spools while the database is away; only its report cannot be read.
    const words = stats.isError ? 'History is away; exchanges are spooled' : 'Asking';
    return (
      <RecorderState tone={stats.isError ? 'warn' : 'plain'} words={stats.isError ? 'Unknown' : '…'} note={words} />
    );
  }
  const { tone, words } = RECORDER_WORDS[recorder.state];
  return <RecorderState tone={tone} words={words} note={toRecorderNote(recorder)} />;
}

function RecorderState({ tone, words, note }: { readonly tone: Tone; readonly words: string; readonly note: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 bg-canvas px-4 py-3 sm:px-6" title={note}>
      <dt className="text-xs text-ink-3">Recorder</dt>
      <dd className="flex h-7 min-w-0 items-center gap-2">
        <Dot tone={tone} />
        <span className="text-base font-semibold whitespace-nowrap">{words}</span>
        <span className="truncate text-xs text-ink-3">{note}</span>
      </dd>
    </div>
  );
}

/** The worst thing first: what was lost, then what waits, then that all is well. */
function toRecorderNote(recorder: RecorderReport): string {
  if (recorder.droppedRecords > 0) return `${countOf(recorder.droppedRecords, 'record')} dropped`;
  if (recorder.droppedPayloads > 0) return `bodies of ${countOf(recorder.droppedPayloads, 'request')} dropped`;
  if (recorder.state === 'off') return 'nothing is kept';
  if (recorder.state === 'spooling') {
    return `${formatBytes(recorder.spoolBytes)} of ${formatBytes(recorder.spoolBytesMax)} spooled`;
  }
  return recorder.queuedRecords > 0 ? `${countOf(recorder.queuedRecords, 'record')} waiting` : 'nothing waits';
}
