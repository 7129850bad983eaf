import type { Taken } from '@nexus/core';
import { type RateAsk, createRateMeter } from './rate-meter.ts';
import { type SlotAsk, createSlotMeter } from './slot-meter.ts';

/** All that one exchange takes at once. */
export interface MeterAsk {
  /** Of the exchange. */
  readonly id: string;
  readonly rates: readonly RateAsk[];
  readonly slots: readonly SlotAsk[];
}

/** What became of an ask. Nothing was taken where a slot was missing or a rate refused. */
export interface MeterTaken {
  /** The subject that has no slot left; rates were not asked then. */
  readonly full: SlotAsk | null;
  /** What became of each rate, in their order. */
  readonly taken: readonly Taken[];
  /** Who counted it, and is given back what is over. */
  readonly meter: LimitMeter;
}

/** Where limits are counted: in this process, or in Redis for all of them. */
export interface LimitMeter {
  /** Takes a slot of each subject and from all rates, or nothing. A promise only where it is counted outside of this process. */
  take(ask: MeterAsk): MeterTaken | Promise<MeterTaken>;
  /** Gives the slots back, and corrects rates by what an estimate was wrong by (negative units are given back). */
  give(ask: MeterAsk, corrections: readonly RateAsk[]): void;
}

/** Limits of this process alone: n processes admit n times as much. `monotonicMs` never goes back. */
export function createLocalMeter(monotonicMs: () => number): LimitMeter {
  const rates = createRateMeter(monotonicMs);
  const slots = createSlotMeter();
  const meter: LimitMeter = {
    take: (ask) => {
      const full = slots.take(ask.slots);
      if (full !== null) return { full, taken: [], meter };
      const taken = rates.take(ask.rates);
      if (ask.slots.length > 0 && !taken.every(({ admitted }) => admitted)) slots.give(ask.slots);
      return { full: null, taken, meter };
    },
    give: (ask, corrections) => {
      slots.give(ask.slots);
      if (corrections.length > 0) rates.settle(corrections);
    },
  };
  return meter;
}
