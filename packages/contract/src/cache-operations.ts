import { z } from 'zod';
import { CacheUse, CacheVerdictKind } from './cache-shapes.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { Format, REPORT_SPAN, REPORT_SPAN_INPUT, USAGE_FILTERS } from './usage-shapes.ts';

const Instant = z.iso.datetime();
const Tokens = z.int();
const NanoDollars = z.int();

const Losses = {
  turnCount: z.int(),
  lostTokens: Tokens,
  lostNano: NanoDollars,
  /** Turns whose loss has no price, and is left out of `lostNano`. */
  unpricedCount: z.int(),
};

/** What Claude's prompt cache saved and what its misses cost. Money is nano-dollars. */
export const CACHE_OPERATIONS = {
  'usage.cache': {
    method: 'GET',
    path: '/api/usage/cache',
    scope: 'read',
    about: 'What the prompt cache saved, and what was lost where turns missed it, by cause and over time.',
    csv: 'rows',
    input: z.strictObject({
      ...USAGE_FILTERS,
      ...REPORT_SPAN_INPUT,
      by: z.enum(['domain', 'accountId', 'keyId', 'userId', 'projectId', 'model', 'kind']).optional(),
      /** The dearest misses to be told of. */
      misses: z.coerce.number().int().min(0).max(100).default(10),
      format: Format,
    }),
    output: z.strictObject({
      ...REPORT_SPAN,
      /** Every step, oldest first, with what the cache saved in it against plain input, its writes paid. */
      steps: z.array(z.strictObject({ at: Instant, cacheReadTokens: Tokens, savedNano: NanoDollars })),
      /** Steps in which there were turns, by what the cache did for them. */
      rows: z.array(z.strictObject({ at: Instant, verdict: CacheVerdictKind, ...Losses })),
      /** The same over all steps, the dearest cause first. */
      verdicts: z.array(z.strictObject({ verdict: CacheVerdictKind, ...Losses })),
      /** Over all steps, where `by` asks for them; `''` where the dimension is unknown. */
      groups: z.array(z.strictObject({ group: z.string(), missCount: z.int(), savedNano: NanoDollars, ...Losses })),
      /** The dearest misses. */
      misses: z.array(
        z.strictObject({
          requestId: z.uuid(),
          /** Null where the request is gone. */
          conversationId: z.guid().nullable(),
          startedAt: Instant,
          model: z.string(),
          userId: z.string(),
          projectId: z.string(),
          ...CacheUse.shape,
        }),
      ),
      total: z.strictObject({ ...Losses, missCount: z.int(), cacheReadTokens: Tokens, savedNano: NanoDollars }),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
