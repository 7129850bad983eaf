import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { findRedisServer, startTestRedis, type TestRedis } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import * as fc from 'fast-check';
import { createLocalMeter, type LimitMeter, type MeterAsk, type MeterTaken } from '../../src/limits/limit-meter.ts';
import type { RateAsk } from '../../src/limits/rate-meter.ts';
import { createRedisMeter, type RedisMeter } from '../../src/limits/redis-meter.ts';
import { createRedisLink, type RedisLink } from '../../src/redis/redis-link.ts';
import { waitFor } from '../support/wait-for.ts';

let redis: TestRedis;
let link: RedisLink;
let serial = 0;

const openLink = (timeoutMs = 5_000): RedisLink =>
  createRedisLink({ url: redis.url, prefix: 'test', timeoutMs, log: createSilentLogger() });

/** A meter whose keys nobody used yet. */
function aMeter(
  options: { readonly clock?: () => number; readonly leaseMs?: number; prefix?: string } = {},
): RedisMeter {
  serial += 1;
  return createRedisMeter({ link, prefix: `test-${serial}`, ...options });
}

async function isAdmitted(meter: LimitMeter, ask: MeterAsk): Promise<boolean> {
  return toVerdict(await meter.take(ask)).admitted;
}

function toVerdict({ full, taken }: MeterTaken) {
  return { admitted: full === null && taken.every(({ admitted }) => admitted), full: full?.bucket ?? null };
}

/** Keys of Redis go by its own clock: no machine may stand still for as long. */
const LEASE_MS = 4_000;

const ONE_REQUEST: RateAsk = { bucket: 'requests key:one', rate: { max: 1, periodMs: 60_000 }, units: 1 };

function oneRequest(max: number): Omit<MeterAsk, 'id'> {
  return { rates: [{ ...ONE_REQUEST, rate: { max, periodMs: 60_000 } }], slots: [] };
}

describe.skipIf(findRedisServer() === null)('limits in Redis', () => {
  beforeAll(async () => {
    redis = await startTestRedis();
    link = openLink();
    await waitFor('Redis to be there', () => link.isThere());
    // A script that Redis does not know yet is sent once more, behind what came meanwhile.
    const meter = aMeter();
    await meter.take({ id: 'first', ...oneRequest(1) });
    meter.give({ id: 'first', ...oneRequest(1) }, [{ ...ONE_REQUEST, units: -1 }]);
    await waitFor('it to be given back', async () => await isAdmitted(meter, { id: 'second', ...oneRequest(1) }));
    meter.close();
  });
  afterAll(async () => {
    link.close();
    await redis.stop();
  });

  test('decide what the rules of a single process decide, whatever is asked when', async () => {
    const buckets = ['a', 'b', 'c'];
    const take = fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(90_000)),
      rates: fc.array(
        fc.record({
          bucket: fc.constantFrom(...buckets),
          units: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 })),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      slots: fc.subarray(buckets),
      /** Which of the exchanges under way ends before, and what it used more or less than was thought. */
      ends: fc.option(fc.record({ which: fc.nat(20), units: fc.integer({ min: -60, max: 500 }) })),
    });
    const max = fc.constantFrom(1, 7, 50, 1_000, 7_001);
    await fc.assert(
      fc.asyncProperty(
        fc.array(take, { minLength: 1, maxLength: 40 }),
        max,
        fc.integer({ min: 1, max: 4 }),
        async (schedule, rateMax, slotsMax) => {
          let nowMs = 1_790_000_000_000;
          const here = createLocalMeter(() => nowMs - 1_789_999_000_000);
          const there = aMeter({ clock: () => nowMs, leaseMs: 1e9 });
          const open: MeterAsk[] = [];
          for (const [index, { gapMs, rates, slots, ends }] of schedule.entries()) {
            nowMs += gapMs;
            const [over] = ends === null ? [] : open.splice(ends.which % Math.max(1, open.length), 1);
            if (over !== undefined && ends !== null) {
              const corrections = over.rates.map((rate) => ({ ...rate, units: ends.units }));
              here.give(over, corrections);
              there.give(over, corrections);
            }
            const once = [...new Map(rates.map((rate) => [rate.bucket, rate])).values()];
            const ask: MeterAsk = {
              id: `exchange-${index}`,
              rates: once.map(({ bucket, units }) => ({
                bucket,
                rate: { max: rateMax, periodMs: 60_000 },
                units: Math.min(units, rateMax),
              })),
              slots: slots.map((bucket) => ({ bucket, max: slotsMax })),
            };
            const [local, shared] = [await here.take(ask), await there.take(ask)];
            expect(toVerdict(shared)).toEqual(toVerdict(local));
            for (const [at, taken] of local.taken.entries()) {
              const other = shared.taken[at];
              expect(other?.admitted).toBe(taken.admitted);
              expect(other?.remaining).toBe(taken.remaining);
              expect(other?.resetMs).toBeCloseTo(taken.resetMs, 1);
              expect(other?.retryAfterMs).toBeCloseTo(taken.retryAfterMs, 1);
            }
            if (toVerdict(local).admitted) open.push(ask);
          }
          there.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  test('admit as many as are allowed and not one more, from however many connections', async () => {
    const links = Array.from({ length: 4 }, () => openLink());
    await waitFor('all of them to be there', () => links.every((each) => each.isThere()));
    serial += 1;
    const prefix = `test-${serial}`;
    const meters = links.map((each) => createRedisMeter({ link: each, prefix, clock: () => 1_000 }));
    const asks = Array.from({ length: 2_000 }, (_, index) => {
      const meter = meters[index % meters.length] ?? aMeter();
      return isAdmitted(meter, { id: `${index}`, ...oneRequest(700) });
    });
    expect((await Promise.all(asks)).filter(Boolean)).toHaveLength(700);
    for (const each of links) each.close();
    for (const meter of meters) meter.close();
  });

  test('give a slot back when its exchange is over, and once its process is gone', async () => {
    const killed = openLink();
    await waitFor('the other process to be there', () => killed.isThere());
    serial += 1;
    const prefix = `test-${serial}`;
    const slots = [{ bucket: 'key:one', max: 2 }];
    let nowMs = 1_790_000_000_000;
    const clock = () => nowMs;
    const dying = createRedisMeter({ link: killed, prefix, clock, leaseMs: LEASE_MS });
    const living = createRedisMeter({ link, prefix, clock, leaseMs: LEASE_MS });
    expect(await isAdmitted(dying, { id: 'one', rates: [], slots })).toBe(true);
    expect(await isAdmitted(living, { id: 'two', rates: [], slots })).toBe(true);
    expect(await isAdmitted(living, { id: 'three', rates: [], slots })).toBe(false);
    dying.close();
    killed.close();
    nowMs += LEASE_MS * 0.75;
    await waitFor('what lives on to be renewed', async () => {
      const endsAtMs = await link.ask('ZSCORE', [`${prefix}:{limits}:slots:key:one`, 'two']);
      return Number(endsAtMs) === nowMs + LEASE_MS;
    });
    // Now the lease of the dead one is over, and that of the living one is not.
    nowMs += LEASE_MS * 0.5;
    expect(await isAdmitted(living, { id: 'four', rates: [], slots })).toBe(true);
    expect(await isAdmitted(living, { id: 'five', rates: [], slots })).toBe(false);
    living.give({ id: 'two', rates: [], slots }, []);
    expect(await isAdmitted(living, { id: 'six', rates: [], slots })).toBe(true);
    living.close();
  });

  test('lock nobody out where the clock jumps back, neither by what is owed nor by the places of a dead process', async () => {
    let nowMs = 1_790_000_000_000;
    const clock = () => nowMs;
    const dying = aMeter({ clock });
    const meter = createRedisMeter({ link, prefix: `test-${serial}`, clock });
    const slots = [{ bucket: 'key:one', max: 1 }];
    expect(await isAdmitted(dying, { ...oneRequest(2), id: 'dead', slots })).toBe(true);
    dying.close();
    nowMs -= 3_600_000;
    expect(await isAdmitted(meter, { ...oneRequest(2), id: 'one', slots })).toBe(true);
    expect(await isAdmitted(meter, { ...oneRequest(2), id: 'two' })).toBe(false);
    // One of two a minute is paid off in half of it, whatever the clock said before.
    nowMs += 30_000;
    expect(await isAdmitted(meter, { ...oneRequest(2), id: 'three' })).toBe(true);
    meter.close();
  });

  test('leave nothing behind once everything is paid off', async () => {
    const meter = aMeter();
    await meter.take({ id: 'one', ...oneRequest(600_000) });
    expect(await link.ask('KEYS', [`test-${serial}:*`])).toHaveLength(1);
    meter.give({ id: 'one', ...oneRequest(600_000) }, [
      { ...ONE_REQUEST, rate: { max: 600_000, periodMs: 60_000 }, units: -1 },
    ]);
    expect(await link.ask('KEYS', [`test-${serial}:*`])).toHaveLength(0);
    meter.close();
  });

  test('are not lost where Redis forgot the scripts', async () => {
    const meter = aMeter();
    expect(await isAdmitted(meter, { id: 'one', ...oneRequest(2) })).toBe(true);
    await link.ask('SCRIPT', ['FLUSH']);
    expect(await isAdmitted(meter, { id: 'two', ...oneRequest(2) })).toBe(true);
    expect(await isAdmitted(meter, { id: 'three', ...oneRequest(2) })).toBe(false);
    meter.close();
  });

  test('wait no longer than was set; what was taken too late is given back, and Redis is asked again once it answers', async () => {
    const slow = openLink(50);
    await waitFor('Redis to be there', () => slow.isThere());
    const meter = createRedisMeter({ link: slow, prefix: 'late' });
    redis.freeze();
    const slots = [{ bucket: 'key:one', max: 1 }];
    const refused = await meter.take({ id: 'one', rates: [], slots }).catch(String);
    expect(refused).toContain('did not answer within 50 ms');
    expect(slow.isThere()).toBe(false);
    redis.resume();
    await waitFor('Redis to be asked again', () => slow.isThere());
    // On a busy machine this question too may be late.
    await waitFor('the slot to be free', () => isAdmitted(meter, { id: 'two', rates: [], slots }).catch(() => false));
    meter.close();
    slow.close();
  });

  test('are not taken for late where this process stood still while the answer came', async () => {
    const hasty = openLink(500);
    await waitFor('Redis to be there', () => hasty.isThere());
    const meter = createRedisMeter({ link: hasty, prefix: 'still' });
    await meter.take({ id: 'one', ...oneRequest(5) });
    const asked = meter.take({ id: 'two', ...oneRequest(5) });
    // What has to be sent is sent; then nothing happens here for longer than the wait, and Redis has time to answer.
    await new Promise((resolve) => setImmediate(resolve));
    Bun.sleepSync(1_000);
    expect(toVerdict(await asked).admitted).toBe(true);
    expect(hasty.isThere()).toBe(true);
    meter.close();
    hasty.close();
  });

  test('are asked of a Redis that was killed and begins anew as soon as it is there', async () => {
    const own = await startTestRedis();
    const other = createRedisLink({ url: own.url, prefix: 'test', timeoutMs: 1_000, log: createSilentLogger() });
    await waitFor('Redis to be there', () => other.isThere());
    const meter = createRedisMeter({ link: other, prefix: 'killed' });
    expect(await isAdmitted(meter, { id: 'one', ...oneRequest(1) })).toBe(true);
    await own.kill();
    await waitFor('its end to be noticed', () => !other.isThere());
    expect(await meter.take({ id: 'two', ...oneRequest(1) }).catch(String)).toContain('Redis is away');
    await own.restart();
    await waitFor('Redis to be back', () => other.isThere());
    expect(await isAdmitted(meter, { id: 'three', ...oneRequest(1) })).toBe(true);
    meter.close();
    other.close();
    await own.stop();
  });

  test('are not asked of a replica that nobody may write to, until it is the one that is written to', async () => {
    const own = await startTestRedis();
    const other = createRedisLink({ url: own.url, prefix: 'test', timeoutMs: 1_000, log: createSilentLogger() });
    await waitFor('Redis to be there', () => other.isThere());
    const meter = createRedisMeter({ link: other, prefix: 'replica' });
    await other.ask('REPLICAOF', ['127.0.0.1', '1']);
    expect(await meter.take({ id: 'one', ...oneRequest(1) }).catch(String)).toContain('READONLY');
    expect(other.isThere()).toBe(false);
    const admin = new Bun.RedisClient(own.url, { autoReconnect: false });
    await admin.send('REPLICAOF', ['NO', 'ONE']);
    admin.close();
    await waitFor('it to be written to', () => other.isThere());
    expect(await isAdmitted(meter, { id: 'two', ...oneRequest(1) })).toBe(true);
    meter.close();
    other.close();
    await own.stop();
  });
});
