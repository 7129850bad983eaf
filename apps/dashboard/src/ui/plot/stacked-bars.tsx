import { type PointerEvent, useState } from 'react';
import { join } from '../join.ts';
import { niceTicks } from './nice-ticks.ts';

export interface Series {
  readonly id: string;
  readonly label: string;
  /** A background class of the theme. */
  readonly color: string;
}

export interface Bar {
  readonly id: string;
  /** What the bar is of, in full: `Fri 20 Nov, 14:00`. */
  readonly label: string;
  /** What stands below it; empty for most, since not every bar has room. */
  readonly tick: string;
  /** One value a series, in their order. */
  readonly values: readonly number[];
}

interface StackedBarsProps {
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
  /** The marks of the axis, together, so that they have one form. */
  readonly formatTicks: (values: readonly number[]) => readonly string[];
  /** True for what is counted in whole numbers. */
  readonly isWhole: boolean;
  /** The plot in a sentence, for those who do not see it; its figures are to stand in a table beside it. */
  readonly summary: string;
  readonly onPick: (index: number) => void;
}

/** With more bars than this there is no room between them. */
const APART_MAX = 70;

/** Bars over time, each stacked of its series. Pointing at one tells its figures; a click goes to what is behind it. */
export function StackedBars({ series, bars, format, formatTicks, isWhole, summary, onPick }: StackedBarsProps) {
  const [at, setAt] = useState<number | null>(null);
  const ticks = niceTicks(Math.max(0, ...bars.map(sumOf)), { isWhole });
  const tickWords = formatTicks(ticks);
  const top = ticks.at(-1) ?? 1;
  const pointed = at === null ? undefined : bars[at];
  function toIndex(event: PointerEvent<HTMLElement>): number {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * bars.length)));
  }
  return (
    <figure aria-label={summary} className="relative m-0 flex h-64 flex-col pl-14">
      <div
        aria-hidden
        className="relative grow cursor-pointer"
        onPointerMove={(event) => setAt(toIndex(event))}
        onPointerLeave={() => setAt(null)}
        onPointerUp={(event) => event.pointerType !== 'touch' && event.button === 0 && onPick(toIndex(event))}
      >
        {ticks.map((tick, index) => (
          <Line key={tick} label={tickWords[index] ?? ''} share={tick / top} />
        ))}
        <div className={join('absolute inset-0 flex items-end', bars.length <= APART_MAX && 'gap-[2px]')}>
          {bars.map((bar, index) => (
            <Stack key={bar.id} bar={bar} series={series} top={top} isPointed={index === at} />
          ))}
        </div>
        {pointed !== undefined && at !== null && (
          <Readout
            bar={pointed}
            series={series}
            format={format}
            isLeft={at < bars.length / 2}
            share={(at + 0.5) / bars.length}
          />
        )}
      </div>
      <Ticks bars={bars} />
    </figure>
  );
}

function Line({ label, share }: { readonly label: string; readonly share: number }) {
  return (
    <div className="absolute inset-x-0 border-t" style={{ bottom: `${share * 100}%` }}>
      <span className="absolute -left-14 w-12 -translate-y-1/2 truncate text-right text-2xs text-ink-3">{label}</span>
    </div>
  );
}

interface StackProps {
  readonly bar: Bar;
  readonly series: readonly Series[];
  readonly top: number;
  readonly isPointed: boolean;
}

function Stack({ bar, series, top, isPointed }: StackProps) {
  return (
    <div className={join('flex h-full min-w-0 grow basis-0 flex-col-reverse', isPointed && 'bg-hover')}>
      {series.map(({ id, color }, index) => {
        const value = bar.values[index] ?? 0;
        // What is less than a pixel is still something.
        return (
          value > 0 && (
            <div key={id} className={join('min-h-px', color)} style={{ height: `${(value / top) * 100}%` }} />
          )
        );
      })}
    </div>
  );
}

interface ReadoutProps {
  readonly bar: Bar;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly isLeft: boolean;
  readonly share: number;
}

/** The figures of the bar that is pointed at, on the side where there is room. */
function Readout({ bar, series, format, isLeft, share }: ReadoutProps) {
  const parts = series.flatMap((one, index) => {
    const value = bar.values[index] ?? 0;
    return value > 0 ? [{ ...one, value }] : [];
  });
  return (
    <div
      className="pointer-events-none absolute top-0 z-20 w-56 rounded-lg border border-line-strong bg-surface p-2.5 text-xs shadow-float"
      style={isLeft ? { left: `calc(${share * 100}% + 12px)` } : { right: `calc(${(1 - share) * 100}% + 12px)` }}
    >
      <p className="flex justify-between gap-3 font-medium">
        <span>{bar.label}</span>
        <span>{format(sumOf(bar))}</span>
      </p>
      {parts.toReversed().map(({ id, label, color, value }) => (
        <p key={id} className="mt-1 flex items-center gap-1.5 text-ink-2">
          <span className={join('size-2 shrink-0 rounded-sm', color)} />
          <span className="truncate">{label}</span>
          <span className="ml-auto pl-2">{format(value)}</span>
        </p>
      ))}
    </div>
  );
}

function Ticks({ bars }: { readonly bars: readonly Bar[] }) {
  return (
    <div aria-hidden className="relative h-5 text-2xs text-ink-3">
      {bars.map(
        (bar, index) =>
          bar.tick !== '' && (
            <span
              key={bar.id}
              className="absolute top-1 -translate-x-1/2 whitespace-nowrap"
              style={{ left: `${((index + 0.5) / bars.length) * 100}%` }}
            >
              {bar.tick}
            </span>
          ),
      )}
    </div>
  );
}

function sumOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}
