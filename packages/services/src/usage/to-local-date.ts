/** The date that a calendar in `tz` shows at an instant (epoch milliseconds), `YYYY-MM-DD`. */
export function toLocalDate(atMs: number, tz: string): string {
  return createLocalDate(tz)(atMs);
}

/** The same for many instants: a clock of a time zone takes as long to make as a hundred dates take to tell. */
export function createLocalDate(tz: string): (atMs: number) => string {
  const toOffsetMs = createClock(tz);
  return (atMs) => new Date(atMs + toOffsetMs(atMs)).toISOString().slice(0, 10);
}

/** The first instant (epoch milliseconds) of a date in `tz`; where clocks skip midnight, the one after it. */
export function toDayStartMs(date: string, tz: string): number {
  const utcMs = Date.parse(`${date}T00:00:00Z`);
  const toOffsetMs = createClock(tz);
  // Offsets a day apart are those before and after any change of clocks on that day.
  const starts = [utcMs - toOffsetMs(utcMs - DAY_MS), utcMs - toOffsetMs(utcMs + DAY_MS)];
  const ofThatDay = starts.filter((atMs) => toLocalDate(atMs, tz) === date);
  return Math.min(...(ofThatDay.length > 0 ? ofThatDay : starts));
}

/** The date `days` after another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;

/** Tells by how much clocks in `tz` are ahead of UTC at an instant, to the second. */
function createClock(tz: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const parts = format.formatToParts(atMs);
    const find = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
    const localMs = Date.UTC(
      find('year'),
      find('month') - 1,
      find('day'),
      find('hour'),
      find('minute'),
      find('second'),
    );
    return localMs - Math.floor(atMs / 1_000) * 1_000;
  };
}
