import { type PointerEvent, useState } from 'react';
import type { LimitWindow, WindowSample } from '../../api/limit-queries.ts';
import { toTimeMarks } from '../../ui/plot/time-marks.ts';
import { formatPercent } from '../../words/account-words.ts';
import { countOf } from '../../words/format-count.ts';
import { toClock } from '../../words/limit-words.ts';
import { type Point, toCone, toSawTooth } from './to-saw-tooth.ts';

const DAY_MS = 86_400_000;
const WIDTH = 1_000;
const HEIGHT = 200;
/** A part of the plot is kept for what may come. */
const AHEAD = 0.25;
const EDGE = 0.97;
const LINES = [0, 0.25, 0.5, 0.75, 1];

interface SawToothProps {
  readonly window: LimitWindow;
  readonly samples: readonly WindowSample[];
  readonly now: number;
  readonly days: number;
}

/** How much was used over time, and the forecast as a cone. */
export function SawTooth({ window, samples, now, days }: SawToothProps) {
  const [at, setAt] = useState<number | null>(null);
  const fromMs = now - days * DAY_MS;
  const aheadMs = window.resetsAt === null ? 0 : Math.max(0, Date.parse(window.resetsAt) - now);
  const toMs = now + Math.min(aheadMs, days * DAY_MS * AHEAD);
  const line = toSawTooth(samples, now);
  const cone = toCone(window, now, toMs);
  const top = Math.max(1, ...line.map(({ share }) => share));
  const place = (ms: number) => (ms - fromMs) / (toMs - fromMs);
  const draw = (points: readonly Point[]) =>
    points
      .map(({ atMs, share }) => `${(place(atMs) * WIDTH).toFixed(1)},${((1 - share / top) * HEIGHT).toFixed(1)}`)
      .join(' ');
  // A word at the very edge would be cut.
  const marks = toTimeMarks(fromMs, toMs).filter(({ atMs }) => place(atMs) < EDGE);
  const pointed = at === null ? undefined : findAt(line, at);
  function toMoment(event: PointerEvent<HTMLElement>): number {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return fromMs + ((event.clientX - left) / width) * (toMs - fromMs);
  }
  return (
    <figure aria-label={toSummary(samples, days)} className="relative m-0 flex h-56 flex-col pl-11">
      <div
        aria-hidden
        className="relative grow"
        onPointerMove={(event) => setAt(toMoment(event))}
        onPointerLeave={() => setAt(null)}
      >
        {LINES.map((share) => (
          <div key={share} className="absolute inset-x-0 border-t" style={{ bottom: `${(share / top) * 100}%` }}>
            <span className="absolute -left-11 w-9 -translate-y-1/2 text-right text-2xs text-ink-3">
              {formatPercent(share)}
            </span>
          </div>
        ))}
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full overflow-hidden"
        >
          {cone !== null && <polygon points={draw(cone.band)} className="fill-accent/15" />}
          {line.length > 0 && (
            <polygon
              points={`${draw([{ atMs: line[0]?.atMs ?? now, share: 0 }])} ${draw(line)} ${draw([{ atMs: line.at(-1)?.atMs ?? now, share: 0 }])}`}
              className="fill-accent/10"
            />
          )}
          <polyline
            points={draw(line)}
            className="fill-none stroke-accent"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
          {cone !== null && (
            <polyline
              points={draw(cone.likely)}
              className="fill-none stroke-accent"
              strokeWidth="1.5"
              strokeDasharray="4 4"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
        {toMs > now && <Upright share={place(now)} label="now" />}
        {pointed !== undefined && at !== null && at <= now && (
          <Upright
            share={place(at)}
            label={`${toClock(new Date(at).toISOString())}: ${formatPercent(pointed.share)}`}
          />
        )}
      </div>
      <div aria-hidden className="relative h-5 text-2xs text-ink-3">
        {marks.map(({ atMs, label }) => (
          <span
            key={atMs}
            className="absolute top-1 -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${place(atMs) * 100}%` }}
          >
            {label}
          </span>
        ))}
      </div>
    </figure>
  );
}

function Upright({ share, label }: { readonly share: number; readonly label: string }) {
  return (
    <div
      className="pointer-events-none absolute inset-y-0 border-l border-line-strong"
      style={{ left: `${share * 100}%` }}
    >
      <span
        className={`absolute top-1 rounded bg-surface px-1 text-2xs whitespace-nowrap text-ink-2 ${share > 0.7 ? 'right-1' : 'left-1'}`}
      >
        {label}
      </span>
    </div>
  );
}

/** What held at an instant. */
function findAt(line: readonly Point[], atMs: number): Point | undefined {
  return line.findLast((point) => point.atMs <= atMs);
}

function toSummary(samples: readonly WindowSample[], days: number): string {
  const told = samples.flatMap(({ usedShare }) => usedShare ?? []);
  const span = days === 1 ? 'the last day' : `the last ${days} days`;
  if (told.length === 0) return `Nothing was told in ${span}.`;
  return `${countOf(told.length, 'sample')} in ${span}, ${formatPercent(Math.max(...told))} at the most.`;
}
