import type { UsageReport } from '../api/usage-filters.ts';

type Step = UsageReport['step'];

const DAY_PARTS = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const CLOCK_PARTS = { hour: '2-digit', minute: '2-digit' } as const;

interface StepWords {
  /** The whole step: `Fri 20 Nov, 14:00`. */
  readonly label: string;
  /** What stands below an axis where this step is marked. */
  readonly tick: string;
}

/** How the beginnings of steps read in a time zone. */
export function createStepWords(step: Step, timeZone: string): (iso: string) => StepWords {
  const isOfDay = step === 'minute' || step === 'hour';
  const day = new Intl.DateTimeFormat('en-GB', { ...DAY_PARTS, timeZone });
  const clock = new Intl.DateTimeFormat('en-GB', { ...CLOCK_PARTS, timeZone });
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone });
  return (iso) => {
    const instant = new Date(iso);
    const hour = clock.format(instant);
    if (!isOfDay) return { label: day.format(instant), tick: date.format(instant) };
    // Midnight is the day that begins.
    const tick = step === 'hour' && hour === '00:00' ? date.format(instant) : hour;
    return { label: `${day.format(instant)}, ${hour}`, tick };
  };
}

/** Which of `count` steps are marked, so that `marksMax` or fewer are; of hours over days, the midnights. */
export function isMarked(index: number, { count, marksMax, words }: MarkOptions): boolean {
  if (words.length === count && count > 48) {
    const days = words.filter(isDay).length;
    if (days > 0 && days < count) {
      const nth = words.slice(0, index).filter(isDay).length;
      return isDay(words[index]) && nth % Math.ceil(days / marksMax) === 0;
    }
  }
  return index % Math.ceil(count / marksMax) === 0;
}

interface MarkOptions {
  readonly count: number;
  readonly marksMax: number;
  /** The tick of every step. */
  readonly words: readonly string[];
}

/** A clock has a colon, a date has none. */
function isDay(word: string | undefined): boolean {
  return word !== undefined && !word.includes(':');
}
