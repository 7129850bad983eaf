export type SliceKind = 'tool' | 'system' | 'message';

/** One element of `tools`, `system` or `messages`: its bytes without `cache_control` members. */
export interface BodySlice {
  readonly kind: SliceKind;
  readonly bytes: Uint8Array;
}

/**
 * A body as shared pieces and what is its own. `slices` stand in the order tools, system, messages whatever their order
 * in the body, so that the requests of one conversation begin with the same slices.
 */
export interface SplitBody {
  /** Everything that is not in a slice, and where slices and cache markers go; opaque, read by `joinBody`. */
  readonly skeleton: Uint8Array;
  readonly slices: readonly BodySlice[];
}

/** Cuts a request body; null where it cannot be cut. */
export function splitBody(_body: Uint8Array): SplitBody | null {
  throw new Error('not built yet');
}
