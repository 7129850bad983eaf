import type { LimitWindow, ShareHolder } from '../api/limit-queries.ts';
import { formatPercent, toWindowWords } from './account-words.ts';
import { formatAgo } from './format-instant.ts';
import type { Tone } from './outcome-words.ts';

const MINUTES = { unit: 'minute', ms: 60_000, fromMs: 0 } as const;
/** What spans are told in; people say 24 hours of a day. */
const UNITS = [
  { unit: 'day', ms: 86_400_000, fromMs: 172_800_000 },
  { unit: 'hour', ms: 3_600_000, fromMs: 3_600_000 },
  MINUTES,
] as const;

/** From here on a window is worth a look, and from there on it is nearly used up. */
export const WARN_FROM = 0.7;
const BAD_FROM = 0.9;
/** Ten windows an hour. */
const PACE_TOLD_MAX = 10;

/** A window as people call it: `5 hours`, `7 days, opus`, `input tokens a minute`, `the last 5 hours`. */
export function toLimitName({ name, source, spanMs }: Pick<LimitWindow, 'name' | 'source' | 'spanMs'>): string {
  if (source === 'api-key') return `${name.replaceAll('-', ' ')} a minute`;
  return source === 'rolling' ? `the last ${toRollingWords(spanMs)}` : toWindowWords(name);
}

/** The span of a window that is counted here: `5 hours`, `hour`, `90 minutes`, `7 days`. */
export function toRollingWords(spanMs: number | null): string {
  const span = spanMs ?? 0;
  const { unit, ms } = UNITS.find((one) => span >= one.fromMs && span % one.ms === 0) ?? MINUTES;
  const count = Math.round(span / ms);
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** Where a figure comes from and how old it is: `told by Claude 12 s ago`. */
export function toSourceWords({ source, seenAt }: Pick<LimitWindow, 'source' | 'seenAt'>, nowMs: number): string {
  const ago = formatAgo(seenAt, nowMs);
  return source === 'rolling' ? `counted here, last used ${ago}` : `told by Claude ${ago}`;
}

/** The colour of a share. */
export function toShareTone(share: number): Extract<Tone, 'ok' | 'warn' | 'bad'> {
  if (share >= BAD_FROM) return 'bad';
  return share >= WARN_FROM ? 'warn' : 'ok';
}

/** Time until an instant to the second near the end: `3 d 04 h`, `2 h 14 m`, `12 m 05 s`, `now`. */
export function formatCountdown(iso: string, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(iso) - nowMs) / 1_000);
  if (seconds <= 0) return 'now';
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
  if (hours >= 1) return `${hours} h ${pad(minutes % 60)} m`;
  return minutes >= 1 ? `${minutes} m ${pad(seconds % 60)} s` : `${seconds} s`;
}

export interface OutlookWords {
  readonly tone: Tone;
  readonly label: string;
  /** The band of the forecast, or what it rests on. */
  readonly about: string;
}

/** Where a window is heading, as a person would say it. */
export function toOutlookWords({ forecast, isRejected, isOver }: LimitWindow): OutlookWords {
  if (isOver) return { tone: 'plain', label: 'Started anew', about: 'Nothing was told of it since.' };
  if (isRejected) return { tone: 'bad', label: 'Used up', about: 'Claude refuses requests until it starts anew.' };
  switch (forecast.kind) {
    case 'unknown':
      return { tone: 'plain', label: 'No forecast yet', about: 'Too little was seen in the last hour.' };
    case 'idle':
      return { tone: toShareTone(forecast.usedShare), label: 'Steady', about: 'It does not rise.' };
    case 'full':
      return { tone: 'bad', label: 'Used up', about: 'It is full.' };
    case 'rising':
      return toRisingWords(forecast);
    default:
      return forecast satisfies never;
  }
}

function toRisingWords(rising: Extract<LimitWindow['forecast'], { kind: 'rising' }>): OutlookWords {
  const { fullAt, fullEarliestAt, fullLatestAt, resetsBefore, sharePerHour } = rising;
  // So quick a pace is one of a few seconds, whose figure tells nothing.
  const pace = sharePerHour > PACE_TOLD_MAX ? 'this pace' : `${formatPercent(sharePerHour)} an hour`;
  if (resetsBefore === true)
    return { tone: 'ok', label: 'Lasts', about: `At ${pace} it starts anew before it is full.` };
  const band = toBandWords(toClock(fullEarliestAt), fullLatestAt === null ? null : toClock(fullLatestAt));
  return { tone: 'bad', label: `Full at ${toClock(fullAt)}`, about: `At ${pace}: ${band}.` };
}

function toBandWords(earliest: string, latest: string | null): string {
  if (latest === null) return `after ${earliest} or never`;
  return earliest === latest ? `about ${earliest}` : `between ${earliest} and ${latest}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** An instant in the next days: `Fri 14:20`. */
export function toClock(iso: string): string {
  return CLOCK.format(new Date(iso)).replace(',', '');
}

/** Who a window is shared out to, with the words for those who are not known. */
export const SHARE_HOLDER_WORDS: Record<ShareHolder, { readonly label: string; readonly unknown: string }> = {
  conversation: { label: 'Conversation', unknown: 'not linked yet' },
  user: { label: 'User', unknown: 'no user told' },
  session: { label: 'Session', unknown: 'no session told' },
  agent: { label: 'Sub-agent', unknown: 'no sub-agent' },
  key: { label: 'Key', unknown: 'no key of ours' },
};

/** Whom a limit or a budget is about: `key laptop`, `all together`. */
export function toSubjectWords(
  { subjectKind, subject }: { readonly subjectKind: string; readonly subject: string },
  names: ReadonlyMap<string, string>,
): string {
  return subjectKind === 'global' ? 'all together' : `${subjectKind} ${names.get(subject) ?? subject}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
