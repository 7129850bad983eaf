import type { UsageReport } from '../../api/usage-filters.ts';

/** One weekday and hour: the sum over the weeks, and the hours that it is the sum of. */
export interface WeekCell {
  readonly value: number;
  readonly hours: readonly WeekHour[];
}

/** An hour with something in it. */
export interface WeekHour {
  /** ISO instant at which it begins. */
  readonly at: string;
  readonly value: number;
}

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const SHORT_DAYS: readonly string[] = WEEKDAYS.map((day) => day.slice(0, 3));
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Hours of a report as seven days of 24 hours, on the clock of its time zone; an hour that a clock shows twice is one. */
export function toWeek(
  report: Pick<UsageReport, 'rows' | 'tz'>,
  of: (row: UsageReport['rows'][number]) => number,
): readonly (readonly WeekCell[])[] {
  const clock = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZone: report.tz,
  });
  const week = WEEKDAYS.map(() => HOURS.map((): { value: number; hours: WeekHour[] } => ({ value: 0, hours: [] })));
  for (const row of report.rows) {
    if (of(row) <= 0) continue;
    const parts = clock.formatToParts(new Date(row.at));
    const day = SHORT_DAYS.indexOf(parts.find(({ type }) => type === 'weekday')?.value ?? '');
    const cell = week[day]?.[Number(parts.find(({ type }) => type === 'hour')?.value)];
    if (cell === undefined) continue;
    cell.value += of(row);
    cell.hours.push({ at: row.at, value: of(row) });
  }
  return week;
}
