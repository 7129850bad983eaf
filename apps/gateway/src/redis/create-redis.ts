import type { Config } from '@nexus/config';
import { toMetric } from '@nexus/contract';
import type { Logger, Metrics } from '@nexus/telemetry';
import { type Channel, createRedisChannel } from './redis-channel.ts';
import { type RedisLink, createRedisLink } from './redis-link.ts';

/** What this process shares with others through Redis. */
export interface Redis {
  readonly link: RedisLink;
  /** Before every key and channel. */
  readonly prefix: string;
  /** What is told there every process hears. */
  openChannel(name: string): Channel;
  close(): void;
}

/** Null where REDIS_URL is not set: everything is then kept in this process and in the database. */
export function createRedis({ url, prefix, timeoutMs }: Config['redis'], metrics: Metrics, log: Logger): Redis | null {
  if (url === null) return null;
  const link = createRedisLink({ url: url.reveal(), prefix, timeoutMs, log });
  metrics.gauge(toMetric('nexus_redis_up'), () => (link.isThere() ? 1 : 0));
  return {
    link,
    prefix,
    openChannel: (name) => createRedisChannel({ url: url.reveal(), name: `${prefix}:${name}`, link, log }),
    close: () => link.close(),
  };
}

/** How Redis is, for those who run this process. */
export type RedisState = 'off' | 'ok' | 'away';

export function toRedisState(redis: Redis | null): RedisState {
  if (redis === null) return 'off';
  return redis.link.isThere() ? 'ok' : 'away';
}
