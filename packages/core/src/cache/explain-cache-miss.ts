import type { CacheTtl, Prompt, Usage } from '@nexus/anthropic';
import { toPlainModelId } from '../pricing/find-price.ts';
import { findCacheMinimum } from './cache-minimum.ts';
import { countCachedBlocks, findPromptDifference, type PromptDifference } from './compare-prompts.ts';

/** A turn as far as the prompt cache is concerned. Instants are epoch milliseconds. */
export interface CachedTurn {
  /** The model that answered. */
  readonly model: string | null;
  readonly accountId: string | null;
  readonly startedAtMs: number;
  /** When its answer began; null where nobody saw it. */
  readonly answeredAtMs: number | null;
  readonly usage: Usage;
  /** Null where the body was not kept. */
  readonly prompt: Prompt | null;
}

/** Whether a turn read what the one before it had left in the cache, and if not, why. */
export type CacheVerdict =
  /** All that could be read was. */
  | { readonly kind: 'warm' }
  /** Nothing was there to be read. */
  | { readonly kind: 'first-turn' }
  /** The entry was gone when the turn came. */
  | { readonly kind: 'expired'; readonly ttl: CacheTtl; readonly gapMs: number }
  | { readonly kind: 'model-changed'; readonly from: string; readonly to: string }
  /** Each organisation has a cache of its own. */
  | { readonly kind: 'account-changed'; readonly from: string; readonly to: string }
  | PromptDifference
  /** The messages before were put into a summary. */
  | { readonly kind: 'compacted'; readonly message: number }
  /** Shorter than what the model caches, in tokens. */
  | { readonly kind: 'below-minimum'; readonly minimum: number }
  /** Whose request had no cache marker. */
  | { readonly kind: 'no-breakpoint'; readonly of: 'turn' | 'parent' }
  /** Claude looks for an entry 20 blocks back from each marker, and so many stood between. */
  | { readonly kind: 'beyond-lookback'; readonly blocks: number }
  /** An entry can be read once the answer that wrote it has begun; the turn came so much earlier. */
  | { readonly kind: 'too-early'; readonly byMs: number }
  | { readonly kind: 'unexplained'; readonly because: 'body-gone' | 'nothing-changed' };

export const CACHE_VERDICTS = [
  'warm',
  'first-turn',
  'expired',
  'model-changed',
  'account-changed',
  'tools-changed',
  'system-changed',
  'settings-changed',
  'message-changed',
  'compacted',
  'below-minimum',
  'no-breakpoint',
  'beyond-lookback',
  'too-early',
  'unexplained',
] as const satisfies readonly CacheVerdict['kind'][];
export type CacheVerdictKind = CacheVerdict['kind'];

export interface ExplainedTurn {
  readonly verdict: CacheVerdict;
  /** Tokens that the turn before had left in the cache, or would have with a marker at its end. */
  readonly readableTokens: number;
  /** Of those, what was paid as input or written again. */
  readonly lostTokens: number;
}

export interface TurnToExplain {
  readonly turn: CachedTurn;
  /** The last turn before it on its path that was counted; null where there is none. */
  readonly parent: CachedTurn | null;
  /** It goes on from a summary of its parent. */
  readonly isCompacted: boolean;
}

/** `docs/en/build-with-claude/prompt-caching`: positions that are looked at from a marker on, its own the first. */
const LOOKBACK_BLOCKS = 20;
const MINUTE_MS = 60_000;
const TTL_MS: Readonly<Record<CacheTtl, number>> = { '5m': 5 * MINUTE_MS, '1h': 60 * MINUTE_MS };

/** Whether bodies are needed to explain a turn: of a warm one, and of the first, nothing is. */
export function needsPrompts({ turn, parent }: Pick<TurnToExplain, 'turn' | 'parent'>): boolean {
  return parent !== null && !isWarm(turn, parent);
}

/**
 * Says why a turn did not read all that the turn before it had left in the prompt cache. What was lost is counted from what
 * Claude told of both; bodies only say why.
 */
export function explainCacheMiss({ turn, parent, isCompacted }: TurnToExplain): ExplainedTurn {
  if (parent === null) return { verdict: { kind: 'first-turn' }, readableTokens: 0, lostTokens: 0 };
  const readableTokens = countCached(parent.usage);
  if (isWarm(turn, parent)) return { verdict: { kind: 'warm' }, readableTokens, lostTokens: 0 };
  if (readableTokens === 0) return explainUncached(turn, parent);
  const lostTokens = Math.max(0, Math.min(readableTokens, countPrompt(turn.usage)) - turn.usage.cacheReadTokens);
  return { verdict: findCause({ turn, parent, isCompacted }), readableTokens, lostTokens };
}

/** Where nothing was left in the cache, what another turn left may have been read all the same. */
function isWarm(turn: CachedTurn, parent: CachedTurn): boolean {
  const { cacheReadTokens } = turn.usage;
  return cacheReadTokens > 0 && cacheReadTokens >= Math.min(countCached(parent.usage), countPrompt(turn.usage));
}

/** In the order in which they decide: an entry that is gone is missed whatever else changed, then what Claude reads first. */
function findCause({ turn, parent, isCompacted }: TurnToExplain & { readonly parent: CachedTurn }): CacheVerdict {
  const gapMs = turn.startedAtMs - (parent.answeredAtMs ?? parent.startedAtMs);
  const ttls = toTtls(parent);
  const longest = ttls.includes('1h') ? '1h' : '5m';
  if (turn.usage.cacheReadTokens === 0 && gapMs > TTL_MS[longest]) return { kind: 'expired', ttl: longest, gapMs };
  const place = findOtherPlace(turn, parent);
  if (place !== null) return place;
  if (turn.prompt === null || parent.prompt === null) return { kind: 'unexplained', because: 'body-gone' };
  if (countCachedBlocks(turn.prompt) === 0) return { kind: 'no-breakpoint', of: 'turn' };
  const difference = findPromptDifference(parent.prompt, turn.prompt);
  if (difference?.kind === 'message-changed' && isCompacted) return { kind: 'compacted', message: difference.message };
  if (difference !== null) return difference;
  const shortest = ttls.includes('5m') ? '5m' : '1h';
  if (gapMs > TTL_MS[shortest]) return { kind: 'expired', ttl: shortest, gapMs };
  if (gapMs < 0) return { kind: 'too-early', byMs: -gapMs };
  const blocks = countSteppedOver(parent.prompt, turn.prompt);
  if (blocks === null) return { kind: 'no-breakpoint', of: 'turn' };
  if (blocks >= LOOKBACK_BLOCKS) return { kind: 'beyond-lookback', blocks };
  return { kind: 'unexplained', because: 'nothing-changed' };
}

function findOtherPlace(turn: CachedTurn, parent: CachedTurn): CacheVerdict | null {
  const accounts = { from: parent.accountId, to: turn.accountId };
  if (accounts.from !== null && accounts.to !== null && accounts.from !== accounts.to) {
    return { kind: 'account-changed', from: accounts.from, to: accounts.to };
  }
  const models = { from: parent.model ?? '', to: turn.model ?? '' };
  return toPlainModelId(models.from) === toPlainModelId(models.to) ? null : { kind: 'model-changed', ...models };
}

/** The lifetimes of what a turn left; the markers say it, and where the body is gone what Claude counted. */
function toTtls({ prompt, usage }: CachedTurn): readonly CacheTtl[] {
  if (prompt !== null) return prompt.blocks.flatMap(({ ttl }) => ttl ?? []);
  if (usage.cacheWrite1hTokens === 0 && usage.cacheWrite5mTokens > 0 && usage.cacheReadTokens === 0) return ['5m'];
  // What was read may have been written for an hour by an earlier turn.
  return ['1h'];
}

/** Blocks from the end of what was cached to the first marker from there on; null where there is none. */
function countSteppedOver(before: Prompt, after: Prompt): number | null {
  const end = countCachedBlocks(before) - 1;
  const marked = after.blocks.findIndex(({ ttl }, at) => ttl !== null && at >= end);
  return marked === -1 ? null : marked - end;
}

/** The turn before left nothing: either its prompt was too short, or nobody asked for caching. */
function explainUncached(turn: CachedTurn, parent: CachedTurn): ExplainedTurn {
  const nothing = { readableTokens: 0, lostTokens: 0 };
  const minimum = findCacheMinimum(parent.model ?? '');
  const parentTokens = countPrompt(parent.usage);
  if (minimum !== null && parentTokens < minimum) return { ...nothing, verdict: { kind: 'below-minimum', minimum } };
  if (turn.prompt === null || parent.prompt === null) {
    return { ...nothing, verdict: { kind: 'unexplained', because: 'body-gone' } };
  }
  const of = countCachedBlocks(parent.prompt) === 0 ? 'parent' : 'turn';
  if (of === 'turn' && countCachedBlocks(turn.prompt) > 0) return { ...nothing, verdict: { kind: 'first-turn' } };
  const verdict: CacheVerdict = { kind: 'no-breakpoint', of };
  const couldRead = parentTokens > 0 && wouldRead(turn, parent);
  const readableTokens = couldRead ? Math.min(parentTokens, countPrompt(turn.usage)) : 0;
  return { verdict, readableTokens, lostTokens: readableTokens };
}

/** Whether the whole prompt before would have been read, had it been marked at its end as one is without a word on its lifetime. */
function wouldRead(turn: CachedTurn, parent: CachedTurn): boolean {
  if (turn.prompt === null || parent.prompt === null || findOtherPlace(turn, parent) !== null) return false;
  const gapMs = turn.startedAtMs - (parent.answeredAtMs ?? parent.startedAtMs);
  if (gapMs < 0 || gapMs > TTL_MS['5m']) return false;
  const last = parent.prompt.blocks.length - 1;
  const blocks = parent.prompt.blocks.map((block, at) => (at === last ? { ...block, ttl: '5m' as const } : block));
  return findPromptDifference({ ...parent.prompt, blocks }, turn.prompt) === null;
}

/** Tokens that a turn read from the cache or left in it: the prompt up to its last marker. */
function countCached(usage: Usage): number {
  return usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
}

function countPrompt(usage: Usage): number {
  return usage.inputTokens + countCached(usage);
}
