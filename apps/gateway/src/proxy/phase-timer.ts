import type { PhaseName } from '@nexus/contract';
import type { PhaseTimings } from '@nexus/core';

/** Where an exchange is in its life, and since when. Costs one clock reading a phase. */
export interface PhaseTimer {
  /** Ends every open phase and begins `name`. */
  enter(name: PhaseName): void;
  /** Begins `name` beside the open phase: observing and answering happen at once. */
  join(name: PhaseName): void;
  /** Ends every open phase; the timings are complete. */
  finish(): void;
  /** Microseconds since the exchange began; open phases end now. */
  timings(): PhaseTimings;
}

interface Span {
  readonly startUs: number;
  endUs: number;
}

/** `elapsedMs` is a monotonic clock whose zero is the start of the exchange. */
export function createPhaseTimer(elapsedMs: () => number): PhaseTimer {
  const spans = new Map<PhaseName, Span>();
  let open: Span[] = [];

  function nowUs(): number {
    return Math.round(elapsedMs() * 1_000);
  }

  function begin(name: PhaseName, atUs: number): void {
    const span = { startUs: atUs, endUs: atUs };
    spans.set(name, span);
    open.push(span);
  }

  function endOpen(atUs: number): void {
    for (const span of open) span.endUs = atUs;
    open = [];
  }

  return {
    enter: (name) => {
      const atUs = nowUs();
      endOpen(atUs);
      begin(name, atUs);
    },
    join: (name) => begin(name, nowUs()),
    finish: () => endOpen(nowUs()),
    timings: () => {
      const atUs = nowUs();
      for (const span of open) span.endUs = atUs;
      return Object.fromEntries(spans);
    },
  };
}
