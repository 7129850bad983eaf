import type { Config } from '@nexus/config';
import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';
import type { Redis } from '../redis/create-redis.ts';
import { createFallbackMeter } from './fallback-meter.ts';
import { type LimitMeter, createLocalMeter } from './limit-meter.ts';
import { createRedisMeter } from './redis-meter.ts';

export interface MeterParts {
  readonly config: Pick<Config, 'limits'>;
  /** Null where processes share none. */
  readonly redis: Redis | null;
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
}

/** The meter of this process, and what ends it. */
export function createMeter({ config, redis, monotonicMs, metrics }: MeterParts): {
  readonly meter: LimitMeter;
  close(): void;
} {
  const local = createLocalMeter(monotonicMs);
  if (redis === null) return { meter: local, close: () => {} };
  const shared = createRedisMeter({ link: redis.link, prefix: redis.prefix });
  let uncounted = 0;
  metrics.readCounters(toMetric('nexus_limits_without_redis_total'), () => [[[], uncounted]]);
  const meter = createFallbackMeter({
    shared,
    isThere: () => redis.link.isThere(),
    local: config.limits.fail === 'open' ? local : null,
    onFallback: () => {
      uncounted += 1;
    },
  });
  return { meter, close: () => shared.close() };
}
