import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const DAY_MS = 86_400_000;
const KEY = '0199a000-0000-7000-8000-0000000000a1';
const QUIET_KEY = '0199a000-0000-7000-8000-0000000000a2';
/** Noon of a day in the middle of a month, so that the last seven days are all of it. */
const NOW_MS = Date.UTC(2026, 10, 17, 12);

function cost(nanoDollars: number | null) {
  return { nanoDollars, pricing: nanoDollars === null ? 'unpriced' : 'exact', priceVersion: 'v' } as const;
}

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ override: { clock: () => NOW_MS } });
  await writeRecords(world, [
    buildRecord({ keyId: KEY, startedAtMs: NOW_MS, cost: cost(3_000) }),
    buildRecord({ keyId: KEY, startedAtMs: NOW_MS + 1_000, cost: cost(null) }),
    buildRecord({ keyId: KEY, startedAtMs: NOW_MS - 6 * DAY_MS, cost: cost(40_000) }),
    buildRecord({ keyId: KEY, startedAtMs: NOW_MS - 9 * DAY_MS, cost: cost(500_000) }),
    buildRecord({ keyId: KEY, startedAtMs: NOW_MS - 20 * DAY_MS, cost: cost(6_000_000) }),
    buildRecord({ keyId: QUIET_KEY, startedAtMs: NOW_MS - DAY_MS, cost: cost(1) }),
    buildRecord({ keyId: null, startedAtMs: NOW_MS, cost: cost(7) }),
  ]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('GET /api/keys/usage gives what each key used this month and on each of seven days, the dearest first', async () => {
  const usage = await world.client.perform('key.usage', {});
  expect(usage.monthStartsAt).toBe('2026-11-01T00:00:00.000Z');
  expect(usage.days).toEqual([11, 12, 13, 14, 15, 16, 17].map((day) => `2026-11-${day}T00:00:00.000Z`));
  expect(usage.keys).toMatchObject([
    {
      keyId: KEY,
      requestCount: 4,
      costNano: 543_000,
      unpricedCount: 1,
      costNanoByDay: [40_000, 0, 0, 0, 0, 0, 3_000],
      requestsByDay: [1, 0, 0, 0, 0, 0, 2],
    },
    { keyId: QUIET_KEY, requestCount: 1, costNano: 1, costNanoByDay: [0, 0, 0, 0, 0, 1, 0] },
  ]);
  expect(usage.keys[0]?.totalTokens).toBeGreaterThan(0);
});
