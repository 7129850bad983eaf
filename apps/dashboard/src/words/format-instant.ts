const EXACT = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** The day of an ISO instant in the reader's time zone: `1 Nov 2026`. */
export function formatDay(iso: string): string {
  return DATE.format(new Date(iso));
}

/** An ISO instant to the millisecond in the reader's time zone. */
export function formatExact(iso: string): string {
  return EXACT.format(new Date(iso));
}

/** An ISO instant as a list shows it: the clock today, day and clock before that. */
export function formatClock(iso: string, nowMs: number): string {
  const instant = new Date(iso);
  const clock = CLOCK.format(instant);
  return instant.toDateString() === new Date(nowMs).toDateString() ? clock : `${DAY.format(instant)} ${clock}`;
}

/** A span between two ISO instants, of which either may be empty: `20 Nov 14:00 to 15:00`, `since 20 Nov 14:00`. */
export function toSpanWords(from: string, to: string): string {
  const say = (iso: string) => `${DAY.format(new Date(iso))} ${MINUTE.format(new Date(iso))}`;
  if (from === '') return to === '' ? '' : `until ${say(to)}`;
  if (to === '') return `since ${say(from)}`;
  const isSameDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${say(from)} to ${isSameDay ? MINUTE.format(new Date(to)) : say(to)}`;
}

/** How long ago an ISO instant was, coarse on purpose: `now`, `12 s ago`, `5 m ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1_000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
