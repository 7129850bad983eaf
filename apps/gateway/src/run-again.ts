/**
 * Makes of `work` something that can be asked for at any time: a run begins after each asking, never two at once, and all
 * who ask while one runs share the next. What it gives is over when that run is; `work` must not throw.
 */
export function createRunAgain(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function run(): Promise<void> {
    const begun = work().finally(() => {
      if (running === begun) running = null;
    });
    running = begun;
    return begun;
  }

  return () => {
    if (running === null) return run();
    next ??= running.then(() => {
      next = null;
      return run();
    });
    return next;
  };
}
