import { z } from 'zod';
import { TIME_SPAN } from './list-input.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import {
  Format,
  REPORT_SPAN,
  REPORT_SPAN_INPUT,
  TimeZone,
  USAGE_DIMENSIONS,
  USAGE_FILTERS,
  UsageSums,
} from './usage-shapes.ts';

const Instant = z.iso.datetime();
const InstantIn = z.iso.datetime({ offset: true });
const AccountId = z.string().min(1).max(200);
const Domain = z.string().min(1).max(255).optional();
const Milliseconds = z.number().nullable();
const Days = z.coerce.number().int().min(1).max(30).default(7);

const TotalsOf = {
  totalInputTokens: z.int(),
  totalOutputTokens: z.int(),
  /** Input and output alone, as these paths always had it. */
  totalTokens: z.int(),
  totalRequests: z.int(),
};

/** `count` in each hour of a domain in which there was something; hours are those of UTC. */
const Hourly = z.strictObject({
  data: z.record(z.string(), z.array(z.strictObject({ hour: Instant, count: z.int() }))),
  query: z.strictObject({ domain: z.string().nullable(), days: z.int() }),
});
const HourlyInput = z.strictObject({ domain: Domain, days: Days, format: Format });

/** What was used: sums by time and by who used it, from the roll-ups. Money is nano-dollars. */
export const USAGE_OPERATIONS = {
  'usage.report': {
    method: 'GET',
    path: '/api/usage',
    scope: 'read',
    about: 'Usage in steps of time and split by one dimension, with empty steps filled in; the days are those of `tz`.',
    csv: 'rows',
    input: z.strictObject({
      ...USAGE_FILTERS,
      ...REPORT_SPAN_INPUT,
      by: z.enum(USAGE_DIMENSIONS).optional(),
      /** Groups beyond the dearest of these are added up as one without a name. */
      groups: z.coerce.number().int().min(1).max(50).default(12),
      format: Format,
    }),
    output: z.strictObject({
      ...REPORT_SPAN,
      /** The beginning of every step, oldest first. */
      steps: z.array(Instant),
      /** Every group, dearest first: `''` where the dimension is unknown, null for all others together. */
      groups: z.array(z.strictObject({ group: z.string().nullable(), isRest: z.boolean(), ...UsageSums.shape })),
      /** One row a step and group. */
      rows: z.array(
        z.strictObject({ at: Instant, group: z.string().nullable(), isRest: z.boolean(), ...UsageSums.shape }),
      ),
      total: UsageSums,
    }),
  },
  'usage.latency': {
    method: 'GET',
    path: '/api/usage/latency',
    scope: 'read',
    about:
      'Percentiles of the wait for the first token and of the whole duration, by model, from histograms of whole hours.',
    csv: 'models',
    input: z.strictObject({ ...USAGE_FILTERS, ...TIME_SPAN, format: Format }),
    output: z.strictObject({
      models: z.array(
        z.strictObject({
          model: z.string(),
          requestCount: z.int(),
          firstTokenP50Ms: Milliseconds,
          firstTokenP95Ms: Milliseconds,
          firstTokenP99Ms: Milliseconds,
          durationP50Ms: Milliseconds,
          durationP95Ms: Milliseconds,
          durationP99Ms: Milliseconds,
        }),
      ),
    }),
  },
  'usage.current': {
    method: 'GET',
    path: '/api/token-usage/current',
    scope: 'read',
    about: 'What an account used in the last `window` minutes.',
    csv: '',
    input: z.strictObject({
      accountId: AccountId,
      window: z.coerce.number().int().min(1).max(10_080).default(300),
      domain: Domain,
      model: z.string().min(1).max(200).optional(),
      format: Format,
    }),
    output: z.strictObject({
      accountId: z.string(),
      domain: z.string(),
      model: z.string(),
      windowStart: Instant,
      windowEnd: Instant,
      ...TotalsOf,
      cacheCreationInputTokens: z.int(),
      cacheReadInputTokens: z.int(),
      costNano: z.int(),
      unpricedRequests: z.int(),
    }),
  },
  'usage.daily': {
    method: 'GET',
    path: '/api/token-usage/daily',
    scope: 'read',
    about: 'What an account used on each day, newest first; without `aggregate=true` by model.',
    csv: 'usage',
    input: z.strictObject({
      accountId: AccountId,
      days: z.coerce.number().int().min(1).max(366).default(30),
      domain: Domain,
      aggregate: z.enum(['true', 'false']).default('false'),
      tz: TimeZone.default('UTC'),
      format: Format,
    }),
    output: z.strictObject({
      usage: z.array(
        z.strictObject({
          date: z.iso.date(),
          accountId: z.string(),
          domain: z.string(),
          /** Null where days are not split by model. */
          model: z.string().nullable(),
          ...TotalsOf,
          costNano: z.int(),
        }),
      ),
    }),
  },
  'usage.series': {
    method: 'GET',
    path: '/api/token-usage/time-series',
    scope: 'read',
    about: 'Output tokens of an account over its last `window` hours, and what each point has used of `limit`.',
    csv: 'timeSeries',
    input: z.strictObject({
      accountId: AccountId,
      window: z.coerce.number().int().min(1).max(24).default(5),
      interval: z.coerce.number().int().min(1).max(60).default(5),
      /** Output tokens; without it nothing is compared with a limit that nobody told. */
      limit: z.coerce.number().int().min(1).optional(),
      format: Format,
    }),
    output: z.strictObject({
      accountId: z.string(),
      windowHours: z.int(),
      intervalMinutes: z.int(),
      tokenLimit: z.int().nullable(),
      timeSeries: z.array(
        z.strictObject({
          time: Instant,
          outputTokens: z.int(),
          /** Output tokens of the window that ends here. */
          cumulativeUsage: z.int(),
          remaining: z.int().nullable(),
          percentageUsed: z.number().nullable(),
        }),
      ),
    }),
  },
  'usage.accounts': {
    method: 'GET',
    path: '/api/token-usage/accounts',
    scope: 'read',
    about: 'Accounts that were used in the last five hours, the busiest 100 of them, and how many there were.',
    csv: 'accounts',
    input: z.strictObject({ limit: z.coerce.number().int().min(1).optional(), format: Format }),
    output: z.strictObject({
      accounts: z.array(
        z.strictObject({
          accountId: z.string(),
          outputTokens: z.int(),
          inputTokens: z.int(),
          requestCount: z.int(),
          costNano: z.int(),
          lastRequestTime: Instant,
          remainingTokens: z.int().nullable(),
          percentageUsed: z.number().nullable(),
          domains: z.array(z.strictObject({ domain: z.string(), outputTokens: z.int(), requests: z.int() })),
          /** Quarters of an hour, oldest first. */
          miniSeries: z.array(z.strictObject({ time: Instant, outputTokens: z.int(), remaining: z.int().nullable() })),
        }),
      ),
      /** All that were used; `accounts` has the busiest of them. */
      accountCount: z.int(),
      tokenLimit: z.int().nullable(),
    }),
  },
  'usage.sliding': {
    method: 'GET',
    path: '/api/analytics/token-usage/sliding-window',
    scope: 'read',
    about: 'Output tokens in the window that ends at each step, and whether Claude warned of a limit in it.',
    csv: 'data',
    input: z.strictObject({
      accountId: AccountId,
      days: Days,
      bucketMinutes: z.coerce.number().int().min(1).max(60).default(10),
      windowHours: z.coerce.number().int().min(1).max(24).default(5),
      format: Format,
    }),
    output: z.strictObject({
      accountId: z.string(),
      params: z.strictObject({ days: z.int(), bucketMinutes: z.int(), windowHours: z.int() }),
      data: z.array(
        z.strictObject({
          time_bucket: Instant,
          sliding_window_tokens: z.int(),
          rate_limit_warning_in_window: z.boolean(),
        }),
      ),
    }),
  },
  'usage.requests': {
    method: 'GET',
    path: '/api/usage/requests/hourly',
    scope: 'read',
    about: 'Requests in each hour, by domain.',
    csv: 'data',
    csvName: 'domain',
    input: HourlyInput,
    output: Hourly,
  },
  'usage.tokens': {
    method: 'GET',
    path: '/api/usage/tokens/hourly',
    scope: 'read',
    about: 'Output tokens in each hour, by domain.',
    csv: 'data',
    csvName: 'domain',
    input: HourlyInput,
    output: Hourly,
  },
  'usage.stats': {
    method: 'GET',
    path: '/api/stats',
    scope: 'read',
    about: 'Totals since an instant; without one, of the last 24 hours.',
    csv: '',
    input: z.strictObject({ domain: Domain, since: InstantIn.optional(), format: Format }),
    output: z.strictObject({
      totalRequests: z.int(),
      totalTokens: z.int(),
      totalInputTokens: z.int(),
      totalOutputTokens: z.int(),
      totalCacheCreationTokens: z.int(),
      totalCacheReadTokens: z.int(),
      totalCostNano: z.int(),
      /** Milliseconds; 0 where there was no request. */
      averageResponseTime: z.number(),
      errorCount: z.int(),
      activeDomains: z.int(),
      requestsByModel: z.record(z.string(), z.int()),
      requestsByType: z.record(z.string(), z.int()),
    }),
  },
  'usage.totals': {
    method: 'GET',
    path: '/token-stats',
    scope: 'read',
    about: 'Totals by domain over all time that is kept. Deprecated: ask /api/usage.',
    csv: 'domains',
    deprecated: '/api/usage',
    input: z.strictObject({ format: Format }),
    output: z.strictObject({
      domains: z.array(
        z.strictObject({
          domain: z.string(),
          requests: z.int(),
          inputTokens: z.int(),
          outputTokens: z.int(),
          totalTokens: z.int(),
          costNano: z.int(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
