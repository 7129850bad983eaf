import { addMonths, type Month, toMonth } from '../migrations/month.ts';

/** For how many days what is kept; 0 for ever. */
export interface RetentionRules {
  /** Bodies and headers. */
  readonly payloadDays: number;
  /** Requests and conversations, and with them their bodies. */
  readonly factsDays: number;
  /** How long after its last request a conversation can still be gone on with. */
  readonly linksDays: number;
}

const DAY_MS = 86_400_000;

/** Tables that are dropped by the month, with the rule that each goes by. */
export const RETAINED_TABLES = [
  { table: 'request_body', plane: 'payload' },
  { table: 'response_body', plane: 'payload' },
  { table: 'message_blob', plane: 'payload' },
  // What is searched is what was said, and goes with it at the latest; after the bodies, of which it would be read anew.
  { table: 'message_search', plane: 'payload' },
  { table: 'message_search_slice', plane: 'payload' },
  { table: 'request', plane: 'facts' },
  { table: 'usage', plane: 'facts' },
  { table: 'window_sample', plane: 'facts' },
  { table: 'cache_turn', plane: 'facts' },
  { table: 'usage_minute', plane: 'minutes' },
] as const;

export type RetainedPlane = (typeof RETAINED_TABLES)[number]['plane'];

/** The first month of a plane that is kept, or null where all are. A month goes when its last day is old enough. */
export function toFirstKeptMonth(plane: RetainedPlane, rules: RetentionRules, nowMs: number): Month | null {
  const days = toDays(plane, rules);
  if (days === 0) return null;
  const cutoffMs = nowMs - days * DAY_MS;
  return toMonth(cutoffMs);
}

/** Minutes serve close looks at what happened lately; hours and days stay for ever. */
export const USAGE_MINUTE_DAYS = 35;

/** A body without its request is nobody's to find, so it goes with it at the latest. */
function toDays(plane: RetainedPlane, { payloadDays, factsDays }: RetentionRules): number {
  if (plane === 'facts') return factsDays;
  if (plane === 'minutes') return USAGE_MINUTE_DAYS;
  const bounds = [payloadDays, factsDays].filter((days) => days > 0);
  return bounds.length === 0 ? 0 : Math.min(...bounds);
}

/** Conversations that rested since before this instant are forgotten; null where none are. Epoch milliseconds. */
export function toForgetBeforeMs({ linksDays }: RetentionRules, nowMs: number): number | null {
  return linksDays === 0 ? null : nowMs - linksDays * DAY_MS;
}

/** The instant at which a month begins. */
export function toMonthStart(month: Month): Date {
  return new Date(`${month}T00:00:00Z`);
}

/** Whether all of `month` lies before `firstKept`. */
export function isBefore(month: Month, firstKept: Month): boolean {
  return addMonths(month, 1) <= firstKept;
}
