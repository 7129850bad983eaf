/** Throws where a promise of our own code is broken; `why` says why that cannot happen. */
export function invariant(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${why}.`);
}
