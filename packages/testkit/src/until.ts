/**
 * Asks again and again until `find` gives something other than null or undefined. Throws with `what` when `boundMs` has
 * passed: a test waits for a condition, never for a time.
 */
export async function until<T>(
  what: string,
  find: () => T | null | undefined | Promise<T | null | undefined>,
  boundMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const found = await find();
    if (found !== null && found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not in ${boundMs} ms: ${what}`);
    await Bun.sleep(10);
  }
}
