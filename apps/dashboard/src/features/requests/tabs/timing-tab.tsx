import type { RequestDetail } from '@nexus/contract';
import { Fact } from '../../../ui/fact.tsx';
import { join } from '../../../ui/join.ts';
import { formatBytes } from '../../../words/format-bytes.ts';
import { formatCount } from '../../../words/format-count.ts';
import { formatDuration } from '../../../words/format-duration.ts';
import { PHASE_WORDS } from '../../../words/phase-words.ts';
import { layoutTimeline, type Timeline } from '../timeline-layout.ts';
import { layoutPieces } from './layout-pieces.ts';
import { keyed } from '../../../ui/keyed.ts';

/** Every phase with its start and length, and how the answer arrived. */
export function TimingTab({ detail }: { readonly detail: RequestDetail }) {
  return (
    <div className="flex flex-col gap-5">
      <PhaseTable timeline={layoutTimeline(detail.phases, detail.request.durationMs, detail.attempts)} />
      <Pieces detail={detail} />
    </div>
  );
}

const PHASE_GRID =
  'grid grid-cols-[8.5rem_5rem_5rem] items-center gap-x-4 px-4 md:grid-cols-[8.5rem_minmax(0,1fr)_5.5rem_5.5rem] xl:grid-cols-[8.5rem_minmax(0,1fr)_5.5rem_5.5rem_22rem]';

function PhaseTable({ timeline }: { readonly timeline: Timeline }) {
  if (timeline.phases.length === 0) return <p className="text-sm text-ink-3">No timings were kept for this request.</p>;
  return (
    <div role="table" aria-label="Phases" className="overflow-hidden rounded-lg border bg-surface text-sm">
      <div role="row" className={join(PHASE_GRID, 'h-8 border-b text-xs text-ink-3')}>
        <span role="columnheader">Phase</span>
        <span role="columnheader" className="max-md:hidden">
          Place in the whole
        </span>
        <span role="columnheader" className="text-right">
          Starts after
        </span>
        <span role="columnheader" className="text-right">
          Takes
        </span>
        <span role="columnheader" className="max-xl:hidden">
          What happens
        </span>
      </div>
      {timeline.phases.map((phase) => (
        <div key={phase.name} role="row" className={join(PHASE_GRID, 'h-9 border-b last:border-b-0')}>
          <span role="cell" className="font-medium">
            {phase.name}
          </span>
          <span role="cell" className="relative h-2.5 overflow-hidden rounded bg-sunken max-md:hidden">
            <span
              className={join(
                'absolute inset-y-0 min-w-[2px]',
                phase.owner === 'ours' ? 'bg-series-output' : 'bg-accent',
              )}
              style={{
                left: `${Math.min(99.5, (phase.startUs / timeline.totalUs) * 100)}%`,
                width: `${((phase.endUs - phase.startUs) / timeline.totalUs) * 100}%`,
              }}
            />
          </span>
          <span role="cell" className="text-right text-ink-2">
            {formatDuration(phase.startUs / 1_000)}
          </span>
          <span role="cell" className="text-right font-medium">
            {formatDuration((phase.endUs - phase.startUs) / 1_000)}
          </span>
          <span role="cell" className="truncate text-ink-3 max-xl:hidden">
            {PHASE_WORDS[phase.name].about}
          </span>
        </div>
      ))}
    </div>
  );
}

const SPARK = { width: 1_000, height: 120, columnsMax: 200 } as const;

function Pieces({ detail }: { readonly detail: RequestDetail }) {
  const pieces = layoutPieces(detail.responseTimings, SPARK.columnsMax);
  if (pieces === null) return null;
  const most = Math.max(...pieces.columns);
  const width = SPARK.width / pieces.columns.length;
  return (
    <section aria-labelledby="pieces-title" className="flex flex-col gap-3 rounded-lg border bg-surface px-4 py-3.5">
      <h3 id="pieces-title" className="font-semibold">
        How the answer arrived
      </h3>
      <svg
        viewBox={`0 0 ${SPARK.width} ${SPARK.height}`}
        preserveAspectRatio="none"
        className="h-28 w-full border-b"
        role="img"
        aria-label={`${formatCount(pieces.count)} pieces over ${formatDuration(pieces.spanMs)}, the longest silence ${formatDuration(pieces.longestGapMs)}`}
      >
        {keyed(pieces.columns).map(({ key, item: bytes }) => {
          const height = (bytes / most) * SPARK.height;
          return (
            bytes > 0 && (
              <rect
                key={key}
                x={Number(key) * width}
                y={SPARK.height - height}
                width={Math.max(1, width - 1)}
                height={height}
                className="fill-accent"
              />
            )
          );
        })}
      </svg>
      <div className="flex justify-between text-xs text-ink-3">
        <span>first byte</span>
        <span>bytes per {formatDuration(pieces.spanMs / pieces.columns.length)}</span>
        <span>{formatDuration(pieces.spanMs)}</span>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact label="Pieces">{formatCount(pieces.count)}</Fact>
        <Fact label="Bytes">{formatBytes(pieces.bytes)}</Fact>
        <Fact label="Longest silence">{formatDuration(pieces.longestGapMs)}</Fact>
        <Fact label="Usual gap between pieces">{formatDuration(pieces.medianGapMs)}</Fact>
      </dl>
    </section>
  );
}
