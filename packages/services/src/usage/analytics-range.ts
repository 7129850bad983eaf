import { toFieldError } from '@nexus/contract';
import type { TimeRange, UsageFilter } from '@nexus/storage';
import { addDays, toDayStartMs, toLocalDate } from './to-local-date.ts';

/** What every operation of the analytics takes. */
export interface AnalyticsInput {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
  readonly tz: string;
  readonly project_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly model?: string | undefined;
  readonly credential?: string | undefined;
  readonly domain?: string | undefined;
}

export interface AnalyticsRange extends TimeRange {
  /** Dates of the first and the last day. */
  readonly start: string;
  readonly end: string;
}

/**
 * The days that were asked for, both ends included; without a start, `days` that end with the last.
 * @throws {GatewayError} `field-invalid` where they end before they begin.
 */
export function toAnalyticsRange(input: AnalyticsInput, nowMs: number, days: number): AnalyticsRange {
  const end = input.end_date ?? toLocalDate(nowMs, input.tz);
  const start = input.start_date ?? addDays(end, 1 - days);
  if (start > end) throw toFieldError('end_date', 'is before start_date');
  return { start, end, fromMs: toDayStartMs(start, input.tz), toMs: toDayStartMs(addDays(end, 1), input.tz) };
}

/** Whether days were named. */
export function hasDates(input: AnalyticsInput): boolean {
  return input.start_date !== undefined || input.end_date !== undefined;
}

export function toUsageFilter(input: AnalyticsInput): UsageFilter {
  return {
    domain: input.domain,
    accountId: input.credential,
    userId: input.user_id,
    projectId: input.project_id,
    model: input.model,
  };
}
