const LOOK_EVERY_MS = 5;
const WAIT_MS_MAX = 10_000;

/** Looks until `find` gives something, and throws with `what` after 10 s. */
export async function waitFor<T>(
  what: string,
  find: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  const untilMs = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`waited 10 s for ${what}`);
    await Bun.sleep(LOOK_EVERY_MS);
  }
}
