import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toRequestFilters, type UsageFilters } from '../../api/usage-filters.ts';
import { usageHoursQuery } from '../../api/usage-queries.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { join } from '../../ui/join.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { USAGE_MEASURE_WORDS } from '../../words/usage-words.ts';
import { toSpanWords } from '../../words/format-instant.ts';
import { HOURS, toWeek, type WeekCell, type WeekHour, WEEKDAYS } from './to-week.ts';

const HOUR_MS = 3_600_000;
/** From nothing to the busiest hour. */
const SHADES = ['bg-sunken', 'bg-plot-1/20', 'bg-plot-1/40', 'bg-plot-1/60', 'bg-plot-1/80', 'bg-plot-1'] as const;

/** When work is done: the last four weeks by weekday and hour. */
export function WeekMap({ filters }: { readonly filters: UsageFilters }) {
  const { data: report } = useQuery(usageHoursQuery(filters));
  const [chosen, setChosen] = useState<ChosenHour | null>(null);
  const { label, of, format } = USAGE_MEASURE_WORDS[filters.measure ?? 'cost'];
  if (report === undefined) return <Skeleton className="h-56" />;
  const week = toWeek(report, of);
  const top = Math.max(...week.flat().map(({ value }) => value));
  return (
    <section aria-label="By weekday and hour" className="flex flex-col gap-3 rounded-lg border bg-surface px-4 py-4">
      <h2 className="text-sm font-semibold">
        {label} by weekday and hour <span className="font-normal text-ink-3">of the last four weeks, {report.tz}</span>
      </h2>
      {/* What is there for screen readers alone is placed apart: it must not widen the page. */}
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Table of weekdays and hours">
        <table className="w-full min-w-xl table-fixed border-separate border-spacing-0.5 text-2xs text-ink-3">
          <thead>
            <tr>
              <th scope="col" className="w-9 font-normal">
                <span className="sr-only">Weekday</span>
              </th>
              {HOURS.map((hour) => (
                <th key={hour} scope="col" className="text-left font-normal">
                  {hour % 3 === 0 ? `${hour}h` : <span className="sr-only">{hour}h</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {WEEKDAYS.map((day, index) => (
              <tr key={day}>
                <th scope="row" className="text-left font-normal">
                  {day.slice(0, 3)}
                </th>
                {HOURS.map((hour) => {
                  const cell = week[index]?.[hour];
                  return (
                    cell && (
                      <HourCell
                        key={hour}
                        cell={cell}
                        top={top}
                        words={format(cell.value)}
                        name={`${day} ${hour}h`}
                        isChosen={chosen?.name === `${day} ${hour}h`}
                        onChoose={() => setChosen({ name: `${day} ${hour}h`, index, hour })}
                      />
                    )
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen !== null && (
        <HoursOfCell
          hours={week[chosen.index]?.[chosen.hour]?.hours ?? []}
          name={chosen.name}
          format={format}
          filters={filters}
        />
      )}
    </section>
  );
}

/** A cell that somebody asked for the hours of. */
interface ChosenHour {
  readonly name: string;
  readonly index: number;
  readonly hour: number;
}

interface HourCellProps {
  readonly cell: WeekCell;
  readonly top: number;
  readonly words: string;
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function HourCell({ cell, top, words, name, isChosen, onChoose }: HourCellProps) {
  const shade = cell.value === 0 ? 0 : Math.max(1, Math.ceil((cell.value / top) * (SHADES.length - 1)));
  const look = join('block h-5 w-full rounded-xs', SHADES[shade], isChosen && 'outline-2 outline-ink');
  if (cell.value === 0) {
    return (
      <td className="p-0">
        <span className={look} />
      </td>
    );
  }
  return (
    <td title={`${name}: ${words}`} className="p-0">
      <button
        type="button"
        aria-pressed={isChosen}
        aria-label={`${name}: ${words}`}
        onClick={onChoose}
        className={look}
      />
    </td>
  );
}

interface HoursOfCellProps {
  readonly hours: readonly WeekHour[];
  readonly name: string;
  readonly format: (value: number) => string;
  readonly filters: UsageFilters;
}

/** The hours that a cell is the sum of, each with a way to its requests. */
function HoursOfCell({ hours, name, format, filters }: HoursOfCellProps) {
  return (
    <p role="status" className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <span className="text-ink-2">{name}</span>
      {hours.map(({ at, value }) => (
        <span key={at}>
          <RequestsLink filters={toRequestFilters(filters, { from: at, to: toHourAfter(at) })}>
            {format(value)}
          </RequestsLink>{' '}
          <span className="text-ink-3">{toSpanWords(at, toHourAfter(at))}</span>
        </span>
      ))}
    </p>
  );
}

function toHourAfter(iso: string): string {
  return new Date(Date.parse(iso) + HOUR_MS).toISOString();
}
