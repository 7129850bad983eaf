/** Calls back once after `afterMs`; the returned function calls it off. */
export type Schedule = (callback: () => void, afterMs: number) => () => void;

/** A task that runs once for however often it was asked for. */
export interface RepeatTask {
  /** Runs the task in `afterMs`, unless it is due already. */
  arm(afterMs: number): void;
  cancel(): void;
}

/** `run` tells in how many milliseconds it wants to run again by itself; null: only when asked. */
export function createRepeatTask(schedule: Schedule, run: () => number | null): RepeatTask {
  let callOff: (() => void) | null = null;

  function arm(afterMs: number): void {
    callOff ??= schedule(() => {
      callOff = null;
      const againMs = run();
      if (againMs !== null) arm(againMs);
    }, afterMs);
  }

  return {
    arm,
    cancel() {
      callOff?.();
      callOff = null;
    },
  };
}

/** The timers of the real world. */
export function scheduleTimer(callback: () => void, afterMs: number): () => void {
  const timer = setTimeout(callback, afterMs);
  // The feed alone must not keep a finished process alive.
  timer.unref();
  return () => clearTimeout(timer);
}
