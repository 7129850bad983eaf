import path from 'node:path';
import type { Config } from '@nexus/config';
import type { RequestFacts } from '@nexus/core';
import { type Storage, listBudgets, listLimits } from '@nexus/storage';
import type { Logger, Metrics } from '@nexus/telemetry';
import type { Redis } from '../redis/create-redis.ts';
import type { World } from '../world.ts';
import { createBudgetKeeper } from './budget-keeper.ts';
import { createMeter } from './create-meter.ts';
import { createLimitRules, createRuleCopy } from './limit-rules.ts';
import { type Limiter, createLimiter } from './limiter.ts';
import { createBudgetedLimiter } from './with-budgets.ts';

export interface LimitsParts {
  readonly config: Pick<Config, 'limits' | 'server' | 'storage'>;
  readonly world: World;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** Null where processes share none. */
  readonly redis: Redis | null;
  readonly metrics: Metrics;
  /** Called when limits or budgets were changed by anybody. */
  readonly onChange?: () => void;
  readonly log: Logger;
}

/** Everything that limits callers, wired. */
export interface Limits {
  readonly limiter: Limiter;
  /** A request was recorded: its budgets are settled by what it cost. */
  settle(readFacts: () => RequestFacts): void;
  /** Whether there is anything to settle: while there is not, nobody need be told of records. */
  readonly settles: () => boolean;
  /** Reads anew what is set, without waiting for the next look. */
  refresh(): Promise<void>;
  /** Settles what is left to be settled; the database must still be there. */
  close(): Promise<void>;
}

/** What a record takes after its exchange, at most. */
const RECORD_MS = 60_000;

export function createLimits({ config, world, storage, redis, metrics, onChange, log }: LimitsParts): Limits {
  const rules = createLimitRules({
    load: async () => {
      const open = storage();
      return open === null ? null : { limits: await listLimits(open), budgets: await listBudgets(open) };
    },
    copy: createRuleCopy(path.join(config.storage.dataDir, 'limits', 'known.json'), log),
    ...(onChange && { onChange }),
    log,
  });
  const { enabled, requests, windowSeconds, budgetsFail, budgetTimeoutMs, budgetLeaseSeconds } = config.limits;
  const keeper = createBudgetKeeper({
    storage,
    leaseSeconds: budgetLeaseSeconds,
    timeoutMs: budgetTimeoutMs,
    callMsMax: config.server.timeoutMs + RECORD_MS,
    monotonicMs: world.monotonicMs,
    log,
  });
  const counting = createMeter({ config, redis, monotonicMs: world.monotonicMs, metrics });
  const limiter = createLimiter({
    rules,
    meter: counting.meter,
    preset: enabled ? { max: requests, periodMs: windowSeconds * 1_000 } : null,
    clock: world.clock,
  });
  return {
    limiter: createBudgetedLimiter({ limiter, rules, keeper, failsOpen: budgetsFail === 'open' }),
    settle: (readFacts) => {
      if (keeper.isIdle()) return;
      const facts = readFacts();
      if (keeper.holds(facts.requestId)) keeper.settle({ requestId: facts.requestId, nano: toSettledNano(facts) });
    },
    settles: () => !keeper.isIdle(),
    refresh: () => rules.refresh(),
    close: async () => {
      rules.close();
      counting.close();
      await keeper.close();
    },
  };
}

/** Nothing was used where there is no cost. Where a process died nobody saw the end, and what is known is a floor. */
function toSettledNano({ cost, abandonedNano = 0, outcome }: RequestFacts): number | null {
  return outcome === 'interrupted' ? null : (cost?.nanoDollars ?? 0) + abandonedNano;
}
