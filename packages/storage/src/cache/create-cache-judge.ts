import type { PriceTable } from '@nexus/core';
import { createFollower, type Follower, type FollowerOptions } from '../follow/create-follower.ts';
import { judgeBatch, type JudgedTurn, makeQueuedMonths, skipTurn } from './judge-batch.ts';
import { createLoadPrompt } from './load-prompt.ts';

export interface CacheJudgeOptions extends FollowerOptions {
  readonly prices: PriceTable;
  /** Told of each turn once, when it was looked at for the first time. */
  readonly onJudged?: ((turns: readonly JudgedTurn[]) => void) | undefined;
}

const BATCH_TURNS_MAX = 32;

/** Finds out how turns used the prompt cache. */
export function createCacheJudge(options: CacheJudgeOptions): Follower {
  const { prices, onJudged } = options;
  return createFollower(options, {
    openQueue: (storage) => {
      const world = { storage, prices, loadPrompt: createLoadPrompt(storage), onJudged };
      return {
        take: (turnsMax) => judgeBatch(world, turnsMax),
        skipFirst: () => skipTurn(storage),
        makeMonths: (turnsMax) => makeQueuedMonths(storage, turnsMax),
      };
    },
    batchRequestsMax: BATCH_TURNS_MAX,
    words: {
      skipped: 'what the cache did for a turn cannot be told',
      away: 'why turns missed the cache cannot be told now; it is tried again',
      back: 'why turns missed the cache is told again',
    },
  });
}
