import { toMetric } from '@nexus/contract/metrics';
import type { JudgedTurn } from '@nexus/storage';
import type { Instruments } from '@nexus/telemetry';
import type { ModelNames } from './model-names.ts';

export interface CacheCountParts {
  readonly instruments: Instruments;
  readonly models: Pick<ModelNames, 'toLabel'>;
}

const NANO = 1_000_000_000;

/**
 * Counts what the prompt cache did for turns, and what misses cost, by the verdict. A turn is counted when it is looked at for the first
 * time: what is found out anew later is mended in the dashboard's sums, and a counter cannot take anything back.
 */
export function createCacheCount({ instruments, models }: CacheCountParts): (turns: readonly JudgedTurn[]) => void {
  const turnCount = instruments.counters(toMetric('nexus_cache_turns_total'));
  const lostTokens = instruments.counters(toMetric('nexus_cache_lost_tokens_total'));
  const lostDollars = instruments.counters(toMetric('nexus_cache_lost_usd_total'));
  return (turns) => {
    for (const { model, verdict, lost_tokens: tokens, lost_nano: nanoDollars } of turns) {
      turnCount.add([verdict], 1);
      if (tokens === 0) continue;
      // Only what Claude answered and counted is ever looked at, so that its model is one that answered.
      const labels = [models.toLabel({ model: model === '' ? null : model, modelServed: model }), verdict];
      lostTokens.add(labels, tokens);
      if (nanoDollars !== null) lostDollars.add(labels, nanoDollars / NANO);
    }
  };
}
