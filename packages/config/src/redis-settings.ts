import { z } from 'zod';
import { toMs, toSecret } from './setting-shapes.ts';

/** What several processes share beside the database. */
export const RedisSettings = z
  .strictObject({
    url: toSecret(
      /^(redis|rediss|redis\+tls|redis\+unix|redis\+tls\+unix|valkey|valkeys|valkey\+tls|valkey\+unix|valkey\+tls\+unix):\/\/\S+$/,
      'a URL that starts with redis://, rediss://, redis+unix:// or the same of Valkey',
    ).meta({
      env: 'REDIS_URL',
      about:
        'Redis 6 or newer, or Valkey, through which several processes share limits, accounts and the live feed. Absent: limits are counted in each process.',
      secret: true,
      example: 'rediss://nexus:password@redis.internal:6379/0',
    }),
    prefix: z
      .string()
      .regex(/^[a-z0-9._-]{1,64}$/i, 'must be 1 to 64 letters, digits, dots, dashes or underlines')
      .default('nexus')
      .meta({
        env: 'NEXUS_REDIS_PREFIX',
        about: 'Before every key and channel. Installations that share a Redis need different ones.',
      }),
    timeoutMs: toMs(100).meta({
      env: 'NEXUS_REDIS_TIMEOUT_MS',
      about:
        'Longest wait for Redis before an exchange that has a limit, in milliseconds. Then NEXUS_LIMITS_FAIL decides.',
    }),
  })
  .prefault({})
  .meta({ title: 'Redis' });
