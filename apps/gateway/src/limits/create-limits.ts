import path from 'node:path';
import type { Config } from '@nexus/config';
import { type Storage, listLimits } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import type { World } from '../world.ts';
import { createLimitRules, createRuleCopy } from './limit-rules.ts';
import { type Limiter, createLimiter } from './limiter.ts';
import { createRateMeter } from './rate-meter.ts';

export interface LimitsParts {
  readonly config: Pick<Config, 'limits' | 'storage'>;
  readonly world: World;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  readonly log: Logger;
}

/** Everything that limits callers, wired. */
export interface Limits {
  readonly limiter: Limiter;
  /** Reads anew what is set, without waiting for the next look. */
  refresh(): Promise<void>;
  close(): void;
}

export function createLimits({ config, world, storage, log }: LimitsParts): Limits {
  const rules = createLimitRules({
    load: async () => {
      const open = storage();
      return open === null ? null : { limits: await listLimits(open) };
    },
    copy: createRuleCopy(path.join(config.storage.dataDir, 'limits', 'known.json'), log),
    log,
  });
  const { enabled, requests, windowSeconds } = config.limits;
  const limiter = createLimiter({
    rules,
    meter: createRateMeter(world.monotonicMs),
    preset: enabled ? { max: requests, periodMs: windowSeconds * 1_000 } : null,
    clock: world.clock,
  });
  return { limiter, refresh: () => rules.refresh(), close: () => rules.close() };
}
