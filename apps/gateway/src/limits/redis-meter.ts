import { type Taken, takeFromRate } from '@nexus/core';
import type { RedisLink } from '../redis/redis-link.ts';
import { createRedisScript } from '../redis/redis-script.ts';
import giveText from './give.lua' with { type: 'text' };
import type { LimitMeter, MeterAsk, MeterTaken } from './limit-meter.ts';
import { type RateAsk, toReturned } from './rate-meter.ts';
import ratesText from './rates.lua' with { type: 'text' };
import renewText from './renew.lua' with { type: 'text' };
import type { SlotAsk } from './slot-meter.ts';
import takeText from './take.lua' with { type: 'text' };

/** Limits of all processes that share a Redis, counted by its clock. */
export interface RedisMeter extends LimitMeter {
  /** @throws {Error} where Redis is away or does not answer in time; then nothing stays taken. */
  take(ask: MeterAsk): Promise<MeterTaken>;
  close(): void;
}

export interface RedisMeterOptions {
  readonly link: RedisLink;
  /** Before every key. */
  readonly prefix: string;
  /** Instead of the clock of Redis, for tests. Milliseconds. */
  readonly clock?: () => number;
  /** How long a slot lasts after a process was killed. */
  readonly leaseMs?: number;
}

/** A process that was killed gives its slots back within this. */
const SLOT_LEASE_MS = 6_000;
/** Slots that are renewed by one script: a few hundred µs of Redis. */
const RENEWED_MAX = 500;

export function createRedisMeter({ link, prefix, clock, leaseMs = SLOT_LEASE_MS }: RedisMeterOptions): RedisMeter {
  const takes = createRedisScript(link, ratesText + takeText);
  const gives = createRedisScript(link, ratesText + giveText);
  const renews = createRedisScript(link, ratesText + renewText);
  /** Keys of slots by exchange. */
  const held = new Map<string, readonly string[]>();
  const toInstant = (): string => (clock === undefined ? '' : `${clock()}`);
  // All keys of a request have one hash tag, since a script may only touch what one node of a cluster holds.
  const toRateKey = ({ bucket }: RateAsk): string => `${prefix}:{limits}:rate:${bucket}`;
  const toSlotKey = ({ bucket }: SlotAsk): string => `${prefix}:{limits}:slots:${bucket}`;

  function give({ id, slots }: MeterAsk, corrections: readonly RateAsk[]): void {
    if (slots.length > 0) held.delete(id);
    if (slots.length + corrections.length === 0) return;
    const keys = [...corrections.map(toRateKey), ...slots.map(toSlotKey)];
    const args = [toInstant(), `${corrections.length}`, id, ...corrections.flatMap(toRateArgs)];
    // What Redis cannot be told now ends with its lease, or is paid off by time.
    gives.run(keys, args, { patient: true }).catch(() => {});
  }

  const timer = setInterval(() => {
    const due = [...held].flatMap(([id, keys]) => keys.map((key) => ({ id, key })));
    for (let at = 0; at < due.length; at += RENEWED_MAX) {
      const part = due.slice(at, at + RENEWED_MAX);
      const args = [toInstant(), `${leaseMs}`, ...part.map(({ id }) => id)];
      renews
        .run(
          part.map(({ key }) => key),
          args,
        )
        .catch(() => {});
    }
  }, leaseMs / 4);
  timer.unref();

  const meter: RedisMeter = {
    take: async (ask) => {
      const { id, rates, slots } = ask;
      const keys = [...rates.map(toRateKey), ...slots.map(toSlotKey)];
      const counts = [...rates.flatMap(toRateArgs), ...slots.map(({ max }) => `${max}`)];
      const args = [toInstant(), `${rates.length}`, id, `${leaseMs}`, ...counts];
      const reply = await takes.run(keys, args, {
        // Nobody waits for it any more, so that what it took is nobody's.
        onLate: (late) => {
          if (isTaken(readReply(late, rates))) give(ask, rates.map(toReturned));
        },
      });
      const told = readReply(reply, rates);
      if (slots.length > 0 && isTaken(told)) held.set(id, slots.map(toSlotKey));
      const full = told.missing === 0 ? null : (slots[told.missing - 1] ?? null);
      return { full, taken: told.taken, meter };
    },
    give,
    close: () => clearInterval(timer),
  };
  return meter;
}

function toRateArgs({ rate, units }: RateAsk): string[] {
  return [`${rate.max}`, `${rate.periodMs}`, `${units}`];
}

/** What the script tells. */
interface Told {
  /** 0, or which slot is missing, counted from 1. */
  readonly missing: number;
  readonly taken: readonly Taken[];
}

function isTaken({ missing, taken }: Told): boolean {
  return missing === 0 && taken.every(({ admitted }) => admitted);
}

/** The script tells what each rate owed and whether it admits; what callers are told of it follows from that. */
function readReply(reply: unknown, rates: readonly RateAsk[]): Told {
  const [missing, ...told] = Array.isArray(reply) ? reply.map(Number) : [];
  if (missing === undefined) throw new Error('Redis gave no list for the script of limits');
  if (missing > 0) return { missing, taken: [] };
  const taken = rates.map(({ rate, units }, index) => ({
    ...takeFromRate(rate, told[index * 2 + 1] ?? 0, { units, nowMs: 0 }),
    admitted: told[index * 2] === 1,
  }));
  return { missing, taken };
}
