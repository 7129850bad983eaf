import type { ReactNode } from 'react';
import { join } from '../join.ts';

export interface DayBar {
  readonly id: string;
  /** Which day: `Fri 20 Nov`. */
  readonly label: string;
  readonly value: number;
  /** The value as people read it. */
  readonly words: string;
}

interface DayBarsProps {
  readonly label: string;
  readonly days: readonly DayBar[];
  /** What the figure of a day leads to. */
  readonly renderFigure: (day: DayBar) => ReactNode;
}

/** A few days side by side, each with its figure above and its name below. */
export function DayBars({ label, days, renderFigure }: DayBarsProps) {
  const top = Math.max(...days.map(({ value }) => value), 0);
  return (
    <ul aria-label={label} className="flex h-36 items-stretch gap-1 sm:gap-2">
      {days.map((day) => (
        <li key={day.id} className="flex min-w-0 grow basis-0 flex-col items-center gap-1 text-xs">
          <span className="whitespace-nowrap max-sm:text-2xs">{renderFigure(day)}</span>
          <span className="flex w-full grow items-end">
            <span
              aria-hidden
              className={join('w-full rounded-t-sm', day.value === 0 ? 'bg-line-strong' : 'bg-plot-1')}
              style={{ height: day.value === 0 || top === 0 ? '1px' : `max(2px, ${(day.value / top) * 100}%)` }}
            />
          </span>
          <span className="truncate text-2xs text-ink-3">{day.label}</span>
        </li>
      ))}
    </ul>
  );
}
