import type { RequestDetail, RequestSummary } from '@nexus/contract';
import { join } from '../../ui/join.ts';
import { formatDuration } from '../../words/format-duration.ts';
import { PHASE_WORDS } from '../../words/phase-words.ts';
import {
  cutTimeline,
  layoutTimeline,
  type Timeline,
  type TimelinePartName,
  type TimelinePhase,
} from './timeline-layout.ts';

/** How the time of a request passed: the whole to scale, and our own small part of it drawn larger beneath. */
export function RequestTimeline({ detail }: { readonly detail: RequestDetail }) {
  const timeline = layoutTimeline(detail.phases, detail.request.durationMs, detail.attempts);
  if (timeline.phases.length === 0) return null;
  const claudeMs = timeline.claude === null ? null : (timeline.claude.endUs - timeline.claude.startUs) / 1_000;
  return (
    <section aria-label="Time line" className="flex flex-col gap-3 rounded-lg border bg-surface px-4 py-3.5">
      <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1 text-sm">
        <h3 className="font-semibold">Time line</h3>
        {claudeMs !== null && (
          <span className="text-ink-2">
            Claude <strong className="font-semibold text-ink">{formatDuration(claudeMs)}</strong>
          </span>
        )}
        <span className="text-ink-2">
          Claude Nexus <strong className="font-semibold text-ink">{formatDuration(timeline.oursUs / 1_000)}</strong>
        </span>
      </div>
      {timeline.claude && <WholeBar timeline={timeline} request={detail.request} />}
      <OurBar timeline={timeline} />
    </section>
  );
}

/** A part smaller than this share of the whole is less than a pixel; our own bar beneath shows it larger. */
const SEEN_FROM = 0.001;

const PART_LOOKS: Record<TimelinePartName, string> = {
  'before Claude': 'bg-series-output',
  'waiting for the first byte': 'bg-accent/25',
  'waiting for the first token': 'bg-accent/45',
  answer: 'bg-accent',
  'after the answer': 'bg-series-output/60',
};

function WholeBar({ timeline, request }: { readonly timeline: Timeline; readonly request: RequestSummary }) {
  const percent = (us: number) => `${Math.min(100, (us / timeline.totalUs) * 100)}%`;
  const parts = cutTimeline(timeline, request).filter(
    (part) => (part.endUs - part.startUs) / timeline.totalUs >= SEEN_FROM,
  );
  return (
    <div className="flex flex-col gap-1">
      <div className="relative h-6 overflow-hidden rounded bg-sunken">
        {parts.map((part) => (
          <span
            key={part.name}
            title={`${part.name}: ${formatDuration((part.endUs - part.startUs) / 1_000)}`}
            className={join('absolute inset-y-0', PART_LOOKS[part.name])}
            style={{ left: percent(part.startUs), width: percent(part.endUs - part.startUs) }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-5 gap-y-0.5 text-xs text-ink-3">
        {parts.map((part) => (
          <li key={part.name} className="flex items-center gap-1.5">
            <span aria-hidden className={join('size-2.5 rounded-sm', PART_LOOKS[part.name])} />
            {part.name} {formatDuration((part.endUs - part.startUs) / 1_000)}
          </li>
        ))}
      </ul>
    </div>
  );
}

const SHADES = [
  'bg-series-output',
  'bg-series-output/75',
  'bg-series-output/55',
  'bg-series-output/40',
  'bg-series-output/85',
  'bg-series-output/65',
];

/** Our phases one after the other, without Claude's time between them: at the true scale they could not be seen. */
function OurBar({ timeline }: { readonly timeline: Timeline }) {
  const ours = timeline.phases.filter((phase) => phase.owner === 'ours');
  const sumUs = ours.reduce((sum, phase) => sum + lengthUs(phase), 0);
  if (sumUs === 0) return null;
  const larger = Math.round(timeline.totalUs / sumUs);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex h-2 gap-px overflow-hidden rounded bg-sunken">
        {ours.map((phase, index) => (
          <span
            key={phase.name}
            title={`${phase.name}: ${formatDuration(lengthUs(phase) / 1_000)}. ${PHASE_WORDS[phase.name].about}`}
            className={join('min-w-[2px]', SHADES[index % SHADES.length])}
            style={{ width: `${(lengthUs(phase) / sumUs) * 100}%` }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-5 gap-y-0.5 text-xs text-ink-3">
        {ours.map((phase, index) => (
          <li key={phase.name} className="flex items-center gap-1.5">
            <span aria-hidden className={join('size-2.5 rounded-sm', SHADES[index % SHADES.length])} />
            {phase.name} {formatDuration(lengthUs(phase) / 1_000)}
          </li>
        ))}
        {larger > 1 && <li className="ml-auto max-sm:hidden">drawn {larger.toLocaleString('en-GB')} times larger</li>}
      </ul>
    </div>
  );
}

function lengthUs(phase: TimelinePhase): number {
  return phase.endUs - phase.startUs;
}
