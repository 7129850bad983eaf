import type { UsageReport } from '../api/usage-filters.ts';

type Step = UsageReport['step'];

const DAY_PARTS = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const CLOCK_PARTS = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
/** Up to here hours are marked by the clock, beyond by their midnights. */
const HOURS_BY_CLOCK_MAX = 48;

export interface StepWords {
  /** The whole step: `Fri 20 Nov, 14:00`. */
  readonly label: string;
  /** What stands below an axis where this step is marked. */
  readonly tick: string;
  /** Hours and minutes on the clock, `14:00`. */
  readonly clock: string;
}

/** How the beginnings of steps read in a time zone. */
export function createStepWords(step: Step, timeZone: string): (iso: string) => StepWords {
  const isOfDay = step === 'minute' || step === 'hour';
  const dayFormat = new Intl.DateTimeFormat('en-GB', { ...DAY_PARTS, timeZone });
  const clockFormat = new Intl.DateTimeFormat('en-GB', { ...CLOCK_PARTS, timeZone });
  const dateFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone });
  return (iso) => {
    const instant = new Date(iso);
    const clock = clockFormat.format(instant);
    const day = dayFormat.format(instant);
    // Midnight is the day that begins.
    const tick = isOfDay && clock !== '00:00' ? clock : dateFormat.format(instant);
    return { label: isOfDay ? `${day}, ${clock}` : day, tick, clock };
  };
}

/** What stands below each step of an axis: words for round ones, `marksMax` of them or fewer, and nothing for the others. */
export function toTicks(step: Step, steps: readonly StepWords[], marksMax: number): readonly string[] {
  const round = steps.filter(({ clock }) => isRound(step, clock, steps.length));
  const thin = Math.ceil(round.length / marksMax);
  const marked = new Set(round.filter((_, index) => index % thin === 0));
  return steps.map((words) => (marked.has(words) ? words.tick : ''));
}

function isRound(step: Step, clock: string, count: number): boolean {
  if (step === 'minute') return clock.endsWith('0');
  if (step !== 'hour') return true;
  return count > HOURS_BY_CLOCK_MAX ? clock.startsWith('00:') : Number(clock.slice(0, 2)) % 4 === 0;
}
