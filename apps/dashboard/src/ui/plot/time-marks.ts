const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = [1, 2, 3, 6, 12];
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export interface TimeMark {
  readonly atMs: number;
  readonly label: string;
}

/** Round instants between two, on the clock of the reader: hours in a day or two, midnights beyond; `marksMax` or fewer. */
export function toTimeMarks(fromMs: number, toMs: number, marksMax = 7): readonly TimeMark[] {
  const spanMs = toMs - fromMs;
  if (!(spanMs > 0)) return [];
  const hours = HOURS.find((count) => spanMs / (count * HOUR_MS) <= marksMax);
  const days = hours === undefined ? Math.ceil(spanMs / DAY_MS / marksMax) : 0;
  const marks: TimeMark[] = [];
  const next = new Date(fromMs);
  next.setMinutes(0, 0, 0);
  if (hours === undefined) next.setHours(0);
  else next.setHours(next.getHours() - (next.getHours() % hours));
  while (next.getTime() <= toMs && marks.length <= marksMax) {
    const isMidnight = next.getHours() === 0;
    if (next.getTime() >= fromMs) {
      marks.push({ atMs: next.getTime(), label: isMidnight ? DATE.format(next) : CLOCK.format(next) });
    }
    // By the calendar, since a day may have 23 or 25 hours.
    if (hours === undefined) next.setDate(next.getDate() + days);
    else next.setHours(next.getHours() + hours);
  }
  return marks;
}
