import type { PhaseName } from '@nexus/contract';
import type { PhaseTimings } from '@nexus/core';

/** Where an exchange is in its life, and since when. Costs one clock reading a phase. */
export interface PhaseTimer {
  /** Ends every open phase and begins `name`. */
  enter(name: PhaseName): void;
  /** Begins `name` beside the open phase: observing and answering happen at once. */
  join(name: PhaseName): void;
  /** Microseconds since the exchange began; open phases end now. */
  timings(): PhaseTimings;
}

/** `elapsedMs` is a monotonic clock whose zero is the start of the exchange. */
export function createPhaseTimer(elapsedMs: () => number): PhaseTimer {
  return new ArrayTimer(elapsedMs);
}

/** Names and instants side by side: an object for each span would cost more than most phases take. */
class ArrayTimer implements PhaseTimer {
  private readonly elapsedMs: () => number;
  private readonly names: PhaseName[] = [];
  private readonly startsMs: number[] = [];
  private readonly endsMs: number[] = [];
  /** Phases before this one have ended. */
  private firstOpen = 0;

  constructor(elapsedMs: () => number) {
    this.elapsedMs = elapsedMs;
  }

  enter(name: PhaseName): void {
    const atMs = this.elapsedMs();
    for (let index = this.firstOpen; index < this.names.length; index += 1) this.endsMs[index] = atMs;
    this.firstOpen = this.names.length;
    this.begin(name, atMs);
  }

  join(name: PhaseName): void {
    this.begin(name, this.elapsedMs());
  }

  timings(): PhaseTimings {
    const nowMs = this.elapsedMs();
    const timings: Record<string, { startUs: number; endUs: number }> = {};
    for (const [index, name] of this.names.entries()) {
      const startUs = toUs(this.startsMs[index] ?? nowMs);
      timings[name] = { startUs, endUs: toUs(index < this.firstOpen ? (this.endsMs[index] ?? nowMs) : nowMs) };
    }
    return timings;
  }

  private begin(name: PhaseName, atMs: number): void {
    this.names.push(name);
    this.startsMs.push(atMs);
    this.endsMs.push(atMs);
  }
}

function toUs(ms: number): number {
  return Math.round(ms * 1_000);
}
