/** The exact bytes that `splitBody` was given. */
export function joinBody(_split: {
  readonly skeleton: Uint8Array;
  readonly slices: readonly { readonly bytes: Uint8Array }[];
}): Uint8Array {
  throw new Error('not built yet');
}
