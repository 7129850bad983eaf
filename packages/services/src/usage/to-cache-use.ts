import { CacheVerdictShape, type CacheUse } from '@nexus/contract';
import type { CacheTurn } from '@nexus/storage';

/** What the cache did for a turn, as the API gives it. A verdict of another version is one that nobody can explain. */
export function toCacheUse(turn: CacheTurn): CacheUse {
  const verdict = CacheVerdictShape.safeParse({ kind: turn.verdict, ...turn.detail });
  return {
    verdict: verdict.data ?? { kind: 'unexplained', because: 'body-gone' },
    parentRequestId: turn.parentRequestId,
    readableTokens: turn.readableTokens,
    lostTokens: turn.lostTokens,
    lostNano: turn.lostNano,
  };
}
