import { CACHE_VERDICTS, TOOL_CHANGES } from '@nexus/core';
import { z } from 'zod';

const Ttl = z.enum(['5m', '1h']);

/** What Claude's prompt cache did for a turn, and if it missed, why; see `explainCacheMiss`. */
export const CacheVerdictShape = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('warm') }),
    z.strictObject({ kind: z.literal('first-turn') }),
    /** The entry was gone; `gapMs` lay between the answer before and this turn. */
    z.strictObject({ kind: z.literal('expired'), ttl: Ttl, gapMs: z.number() }),
    z.strictObject({ kind: z.literal('model-changed'), from: z.string(), to: z.string() }),
    z.strictObject({ kind: z.literal('account-changed'), from: z.string(), to: z.string() }),
    z.strictObject({ kind: z.literal('tools-changed'), change: z.enum(TOOL_CHANGES), tool: z.string() }),
    z.strictObject({ kind: z.literal('system-changed'), block: z.int() }),
    z.strictObject({ kind: z.literal('settings-changed'), setting: z.string() }),
    z.strictObject({ kind: z.literal('message-changed'), message: z.int(), block: z.int(), role: z.string() }),
    z.strictObject({ kind: z.literal('compacted'), message: z.int() }),
    z.strictObject({ kind: z.literal('below-minimum'), minimum: z.int() }),
    z.strictObject({ kind: z.literal('no-breakpoint'), of: z.enum(['turn', 'parent']) }),
    z.strictObject({ kind: z.literal('beyond-lookback'), blocks: z.int() }),
    z.strictObject({ kind: z.literal('too-early'), byMs: z.number() }),
    z.strictObject({ kind: z.literal('unexplained'), because: z.enum(['body-gone', 'nothing-changed']) }),
  ])
  .meta({ id: 'CacheVerdict' });
export type CacheVerdictShape = z.infer<typeof CacheVerdictShape>;

export const CacheVerdictKind = z.enum(CACHE_VERDICTS);

const Tokens = z.int().nonnegative();

/** What the prompt cache did for one turn. */
export const CacheUse = z
  .strictObject({
    verdict: CacheVerdictShape,
    /** The turn before, of which it could have read; null where there is none. */
    parentRequestId: z.uuid().nullable(),
    readableTokens: Tokens,
    /** Of those, what was paid as input or written again. */
    lostTokens: Tokens,
    /** Nano-dollars that this cost more than reading; null where the price is not known. */
    lostNano: z.int().nullable(),
  })
  .meta({ id: 'CacheUse' });
export type CacheUse = z.infer<typeof CacheUse>;
