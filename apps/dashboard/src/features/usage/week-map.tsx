import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { toRequestFilters, type UsageFilters } from '../../api/usage-filters.ts';
import { usageHoursQuery } from '../../api/usage-queries.ts';
import { PATHS } from '../../paths.ts';
import { join } from '../../ui/join.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { USAGE_MEASURE_WORDS } from '../../words/usage-words.ts';
import { HOURS, toWeek, type WeekCell, WEEKDAYS } from './to-week.ts';

const HOUR_MS = 3_600_000;
/** From nothing to the busiest hour. */
const SHADES = ['bg-sunken', 'bg-plot-1/20', 'bg-plot-1/40', 'bg-plot-1/60', 'bg-plot-1/80', 'bg-plot-1'] as const;

/** When work is done: the last four weeks by weekday and hour. */
export function WeekMap({ filters }: { readonly filters: UsageFilters }) {
  const { data: report } = useQuery(usageHoursQuery(filters));
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
                        filters={filters}
                        words={format(cell.value)}
                        name={`${day} ${hour}h`}
                      />
                    )
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface HourCellProps {
  readonly cell: WeekCell;
  readonly top: number;
  readonly filters: UsageFilters;
  readonly words: string;
  readonly name: string;
}

function HourCell({ cell, top, filters, words, name }: HourCellProps) {
  const shade = cell.value === 0 ? 0 : Math.max(1, Math.ceil((cell.value / top) * (SHADES.length - 1)));
  const look = join('block h-5 rounded-xs', SHADES[shade]);
  const [hour] = cell.hours;
  const requests =
    hour === undefined ? null : toRequestFilters(filters, { from: hour, to: toHourAfter(cell.hours.at(-1) ?? hour) });
  const text = <span className="sr-only">{words}</span>;
  return (
    <td title={cell.value === 0 ? undefined : `${name}: ${words}`} className="p-0">
      {/* Several weeks are no one span of requests. */}
      {requests === null || cell.hours.length !== 1 ? (
        <span className={look}>{cell.value > 0 && text}</span>
      ) : (
        <Link to={PATHS.requests} search={requests} aria-label={`${name}: ${words}`} className={look} />
      )}
    </td>
  );
}

function toHourAfter(iso: string): string {
  return new Date(Date.parse(iso) + HOUR_MS).toISOString();
}
