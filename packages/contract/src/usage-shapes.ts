import { z } from 'zod';
import { TIME_SPAN } from './list-input.ts';

/** What one price version calls a nano-dollar: 10⁻⁹ $. Sums stay exact up to nine million dollars. */
const NanoDollars = z.int();
const Count = z.int();

/** Sums over requests. Money leaves out what nobody can price: `unpricedCount` says how many requests that are. */
export const UsageSums = z
  .strictObject({
    requestCount: Count,
    /** Requests that neither completed nor were given up by their caller. */
    errorCount: Count,
    /** Requests whose final count never came; their tokens are a floor. */
    estimatedCount: Count,
    /** Requests whose price is the guess of a family, and requests without any. */
    guessedCount: Count,
    unpricedCount: Count,
    /** Requests of which Claude told counts that cannot be true; these are in no sum, and such requests have no price. */
    suspiciousCount: Count,
    inputTokens: Count,
    outputTokens: Count,
    cacheReadTokens: Count,
    cacheWrite5mTokens: Count,
    cacheWrite1hTokens: Count,
    /** A part of `outputTokens`. */
    thinkingTokens: Count,
    /** Of all kinds together. */
    totalTokens: Count,
    costNano: NanoDollars,
    /** What the cache saved against plain input, its writes paid; less than nothing where it was a loss. */
    cacheSavedNano: NanoDollars,
    durationMs: z.int(),
  })
  .meta({ id: 'UsageSums' });
export type UsageSums = z.infer<typeof UsageSums>;

/** A name of the tz database, such as `Europe/Berlin`; offsets are refused, since systems disagree on their sign. */
export const TimeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][\w/+-]*$/, 'use a name such as Europe/Berlin')
  .refine(isTimeZone, 'is no time zone that this system knows');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** CSV is for people and spreadsheets; a client of the contract reads JSON. */
export const Format = z.enum(['json', 'csv']).default('json');

const Name = z.string().min(1).max(200);

/** What sums may be narrowed to. */
export const USAGE_FILTERS = {
  domain: z.string().min(1).max(255).optional(),
  accountId: Name.optional(),
  keyId: Name.optional(),
  userId: Name.optional(),
  projectId: Name.optional(),
  model: Name.optional(),
  kind: Name.optional(),
} as const;

/** What sums may be split by. */
export const USAGE_DIMENSIONS = [
  'domain',
  'accountId',
  'keyId',
  'userId',
  'projectId',
  'model',
  'kind',
  'outcome',
  'status',
] as const;

/** Lengths of the steps in which time is cut; they begin where a clock in the time zone says so. */
export const USAGE_STEPS = ['minute', 'hour', 'day', 'week', 'month', 'all'] as const;

/** The time that a report is asked of: thirty days up to now where nothing is said, and widened to whole steps; `all` is one step as long as what was asked. */
export const REPORT_SPAN_INPUT = {
  ...TIME_SPAN,
  tz: TimeZone.default('UTC'),
  step: z.enum(USAGE_STEPS).default('day'),
} as const;

/** The time that a report tells of. */
export const REPORT_SPAN = {
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  tz: z.string(),
  step: z.enum(USAGE_STEPS),
} as const;
