/** Waits until `isTrue`, looking every 5 ms; throws after `boundMs`, which bounds the test and measures nothing. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>, boundMs = 10_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`this did not become true: ${isTrue.toString()}`);
    await Bun.sleep(5);
  }
}
