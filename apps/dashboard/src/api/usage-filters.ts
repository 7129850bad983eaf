import { OPERATIONS, type OperationArguments, type OperationOutput } from '@nexus/contract';
import { parseFilters } from './list-filters.ts';
import { parseChoice } from './parse-choice.ts';
import type { RequestFilters } from './request-filters.ts';
import { withoutGaps } from './without-gaps.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Spans that end now, and the steps in which each is drawn: enough of them to see a shape, few enough to hit one. */
export const USAGE_RANGES = {
  '1h': { spanMs: HOUR_MS, step: 'minute' },
  '24h': { spanMs: DAY_MS, step: 'hour' },
  '7d': { spanMs: 7 * DAY_MS, step: 'hour' },
  '30d': { spanMs: 30 * DAY_MS, step: 'day' },
  '90d': { spanMs: 90 * DAY_MS, step: 'day' },
} as const;
export type UsageRange = keyof typeof USAGE_RANGES;
export const USAGE_RANGE_DEFAULT: UsageRange = '7d';

/** What usage is split by on screen. */
export const USAGE_SPLITS = ['model', 'kind', 'domain', 'accountId', 'keyId', 'userId', 'projectId'] as const;
export type UsageSplit = (typeof USAGE_SPLITS)[number];

/** What the height of a bar is. */
export const USAGE_MEASURES = ['cost', 'tokens', 'requests'] as const;
export type UsageMeasure = (typeof USAGE_MEASURES)[number];

const Narrow = OPERATIONS['usage.report'].input.pick({
  domain: true,
  accountId: true,
  keyId: true,
  userId: true,
  projectId: true,
  model: true,
  kind: true,
  tz: true,
});
const NARROW_NAMES = Object.keys(Narrow.shape);

type Narrowed = Pick<OperationArguments<'usage.report'>, UsageSplit | 'tz'>;

/** What the usage room shows; the query of its address, and nothing else, holds it. */
export type UsageFilters = Narrowed & {
  readonly range?: UsageRange | undefined;
  readonly by?: UsageSplit | undefined;
  readonly measure?: UsageMeasure | undefined;
};

export type UsageReport = OperationOutput<'usage.report'>;
export type UsageGroup = UsageReport['groups'][number];

/**
 * What an address asks of the usage room.
 * @throws {InvalidFilter} naming what is wrong: it is said, never dropped in silence.
 */
export function parseUsageFilters(search: Readonly<Record<string, unknown>>): UsageFilters {
  const narrowed = parseFilters(search, NARROW_NAMES, Narrow);
  return {
    ...Object.fromEntries(
      Object.entries(narrowed).filter(([name, value]) => value !== undefined && isSaid(search, name)),
    ),
    ...withoutGaps({
      range: parseChoice('range', search, Object.keys(USAGE_RANGES).filter(isUsageRange)),
      by: parseChoice('by', search, USAGE_SPLITS),
      measure: parseChoice('measure', search, USAGE_MEASURES),
    }),
  };
}

/** The time zone that days and hours are those of: the chosen one, else the reader's own. */
export function toTimeZone({ tz }: UsageFilters): string {
  return tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What `filters` narrow sums to. */
export function toNarrowed({
  range: _range,
  by: _by,
  measure: _measure,
  tz: _tz,
  ...narrowed
}: UsageFilters): Narrowed {
  return narrowed;
}

/** A part of usage that somebody may want to see the requests of. Instants are ISO. */
export interface UsagePart {
  readonly from: string;
  readonly to: string;
  /** One group of the split; none for all of them. */
  readonly group?: Pick<UsageGroup, 'group' | 'isRest'>;
}

/** The filters of the requests behind a part of usage; null where the list of requests cannot be narrowed so. */
export function toRequestFilters(filters: UsageFilters, { from, to, group }: UsagePart): RequestFilters | null {
  const narrowed = toNarrowed(filters);
  if (group === undefined) return toListed({ ...narrowed, from, to });
  if (group.isRest || !group.group) return null;
  return toListed({ ...narrowed, from, to, [filters.by ?? 'model']: group.group });
}

const Listed = OPERATIONS['request.list'].input.omit({ cursor: true, limit: true });

/** Checked, since usage knows values that a list cannot be narrowed to, such as kinds of an older version. */
function toListed({
  userId: user,
  projectId: project,
  ...filters
}: Narrowed & Partial<UsagePart>): RequestFilters | null {
  const parsed = Listed.safeParse({ ...filters, ...(user && { user }), ...(project && { project }) });
  return parsed.success ? parsed.data : null;
}

function isUsageRange(name: string): name is UsageRange {
  return Object.hasOwn(USAGE_RANGES, name);
}

function isSaid(search: Readonly<Record<string, unknown>>, name: string): boolean {
  return search[name] !== undefined && search[name] !== '';
}
