import { z } from 'zod';
import { toCount, toMs } from './setting-shapes.ts';

/** What callers may use. */
export const LimitSettings = z
  .strictObject({
    enabled: z.boolean().default(false).meta({
      env: 'RATE_LIMIT_ENABLED',
      about:
        'Whether every key, and every address without one, has a limit of requests. What is set with `nexus limit set` holds either way, and for its key instead of this.',
    }),
    requests: toCount(100).meta({
      env: 'RATE_LIMIT_REQUESTS',
      about:
        'Requests that one key or address may send within RATE_LIMIT_WINDOW: in each process, or in all of them where REDIS_URL is set.',
    }),
    windowSeconds: z.int().min(1).max(86_400).default(60).meta({
      env: 'RATE_LIMIT_WINDOW',
      about: 'Span of RATE_LIMIT_REQUESTS, in seconds.',
    }),
    fail: z.enum(['open', 'closed']).default('open').meta({
      env: 'NEXUS_LIMITS_FAIL',
      about:
        'What happens to callers with limits while the Redis of REDIS_URL does not answer. `open`: each process counts by itself. `closed`: 503 `limit-unknown`.',
      example: 'closed',
    }),
    budgetsFail: z.enum(['closed', 'open']).default('closed').meta({
      env: 'NEXUS_BUDGETS_FAIL',
      about:
        'What happens to callers with a budget while the database does not answer. `closed`: 503 `budget-unknown`. `open`: they go on, and are counted afterwards.',
      example: 'open',
    }),
    budgetTimeoutMs: toMs(1_000).meta({
      env: 'NEXUS_BUDGET_TIMEOUT_MS',
      about: 'Longest wait for the database before a call that has a budget, in milliseconds.',
    }),
    budgetLeaseSeconds: z.int().min(1).max(3_600).default(60).meta({
      env: 'NEXUS_BUDGET_LEASE_SECONDS',
      about: 'After so many seconds without a sign of life, what a process reserved of budgets is settled by others.',
    }),
    rollingWindowMinutes: z.int().min(1).max(10_080).default(300).meta({
      env: 'NEXUS_ROLLING_WINDOW_MINUTES',
      about:
        'Length of the window that is counted here, up to now, for each account of whose limits Claude tells nothing, in minutes.',
    }),
  })
  .prefault({})
  .meta({ title: 'Limits' });
