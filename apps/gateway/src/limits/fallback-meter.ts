import { GatewayError } from '@nexus/contract';
import type { LimitMeter, MeterAsk, MeterTaken } from './limit-meter.ts';

export interface FallbackMeterOptions {
  readonly shared: LimitMeter;
  /** Whether asking `shared` can succeed now. */
  readonly isThere: () => boolean;
  /** Counts while `shared` is away; null where callers are refused then. */
  readonly local: LimitMeter | null;
  /** Called for each exchange that was not counted by `shared`. */
  readonly onFallback: () => void;
}

/** Limits that all processes share, and what stands for them while what they are shared through is away. */
export function createFallbackMeter({ shared, isThere, local, onFallback }: FallbackMeterOptions): LimitMeter {
  function fallBack(ask: MeterAsk): MeterTaken | Promise<MeterTaken> {
    onFallback();
    if (local === null) throw new GatewayError('limit-unknown', { detail: { retryAfterS: RETRY_SECONDS } });
    return local.take(ask);
  }

  async function takeShared(ask: MeterAsk): Promise<MeterTaken> {
    try {
      return await shared.take(ask);
    } catch {
      return fallBack(ask);
    }
  }

  return {
    take: (ask) => (isThere() ? takeShared(ask) : fallBack(ask)),
    // Whatever was taken is given back to the meter that counted it.
    give: (ask, corrections) => shared.give(ask, corrections),
  };
}

const RETRY_SECONDS = 2;
