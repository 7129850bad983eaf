import { z } from 'zod';
import type { OperationDeclaration } from './operation-declaration.ts';
import { Format } from './usage-shapes.ts';

const Instant = z.iso.datetime();
const AccountId = z.string().min(1).max(200);

/** Where a window is heading; see `forecastWindow`. Shares are 0 to 1 and above, slopes shares an hour. */
const ForecastShape = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('unknown') }),
    z.strictObject({ kind: z.literal('idle'), usedShare: z.number() }),
    z.strictObject({ kind: z.literal('full') }),
    z.strictObject({
      kind: z.literal('rising'),
      usedShare: z.number(),
      sharePerHour: z.number(),
      fullAt: Instant,
      fullEarliestAt: Instant,
      /** Null where the slowest pace of the band never fills it. */
      fullLatestAt: Instant.nullable(),
      /** Whether it starts anew before it is full; null where its reset is not known. */
      resetsBefore: z.boolean().nullable(),
    }),
  ])
  .meta({ id: 'Forecast' });

export const WindowSummary = z
  .strictObject({
    accountId: z.string(),
    /** `5h`, `7d`, `7d_opus`, …; of API keys `requests`, `tokens`, `input-tokens`, `output-tokens`; `rolling` for ours. */
    name: z.string(),
    /** Claude's headers, those of an API key, or our own count of a span that was configured. */
    source: z.enum(['unified', 'api-key', 'rolling']),
    /** How long it is; null where its name does not tell. */
    spanMs: z.int().nullable(),
    /** When this was last told, and how long ago that is. */
    seenAt: Instant,
    ageMs: z.int(),
    /** Word in the names of the models it limits; null where it limits all. */
    scope: z.string().nullable(),
    isRejected: z.boolean(),
    /** Null where it was not told, which is not the same as nothing: overage answers tell no windows. */
    usedShare: z.number().nullable(),
    resetsAt: Instant.nullable(),
    /** True where it has started anew since it was told, and nothing was told of the new one. */
    isOver: z.boolean(),
    /** Tokens and cost counted here within the span of the window; null where its span is not known. */
    counted: z.strictObject({ requestCount: z.int(), totalTokens: z.int(), costNano: z.int() }).nullable(),
    forecast: ForecastShape,
  })
  .meta({ id: 'WindowSummary' });
export type WindowSummary = z.infer<typeof WindowSummary>;

/** What is left: the windows in which Claude limits accounts, as its answers told them. */
export const WINDOW_OPERATIONS = {
  'window.list': {
    method: 'GET',
    path: '/api/limits',
    scope: 'read',
    about: 'Windows of every account: how much is used, from what source and how old, and when each will be full.',
    csv: 'windows',
    input: z.strictObject({
      accountId: AccountId.optional(),
      /** Length of the window that is counted here for accounts that Claude tells nothing of; else that of the settings. */
      rollingMinutes: z.coerce.number().int().min(1).max(10_080).optional(),
      format: Format,
    }),
    output: z.strictObject({ windows: z.array(WindowSummary) }),
  },
  'window.history': {
    method: 'GET',
    path: '/api/limits/history',
    scope: 'read',
    about: 'What was told of the windows of an account, kept where it changed, oldest first.',
    csv: 'samples',
    input: z.strictObject({
      accountId: AccountId,
      name: z.string().min(1).max(64).optional(),
      days: z.coerce.number().int().min(1).max(30).default(7),
      format: Format,
    }),
    output: z.strictObject({
      samples: z.array(
        z.strictObject({
          name: z.string(),
          at: Instant,
          usedShare: z.number().nullable(),
          isRejected: z.boolean(),
          resetsAt: Instant.nullable(),
        }),
      ),
    }),
  },
  'window.shares': {
    method: 'GET',
    path: '/api/limits/shares',
    scope: 'read',
    about: 'Who used a window of an account: conversations, keys, users or sub-agents, by weight of their tokens.',
    csv: 'shares',
    input: z.strictObject({
      accountId: AccountId,
      /** Hours back from now. */
      hours: z.coerce.number().min(0.1).max(168).default(5),
      by: z.enum(['conversation', 'key', 'user', 'session', 'agent']).default('conversation'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      format: Format,
    }),
    output: z.strictObject({
      /** What all of them weigh: input 1, cache writes 1.25 and 2, reads 0.1, output 5. */
      totalWeight: z.number(),
      shares: z.array(
        z.strictObject({
          /** Empty where it is not known. */
          id: z.string(),
          share: z.number(),
          weight: z.number(),
          requestCount: z.int(),
          totalTokens: z.int(),
          costNano: z.int(),
          /** Requests that `costNano` leaves out, because nobody knows their price. */
          unpricedCount: z.int(),
          lastAt: Instant,
        }),
      ),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
