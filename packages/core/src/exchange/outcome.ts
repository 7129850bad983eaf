/**
 * How an exchange ended.
 * - `completed`: the upstream answered below 400 and its answer ended as it should.
 * - `refused`: we answered ourselves, nothing was sent upstream.
 * - `upstream-error`: the upstream answered 400 or more; its body passed unchanged.
 * - `stream-error`: the upstream answered 200, then sent an `error` event.
 * - `cut`: the upstream's answer ended before its last event or its declared length.
 * - `failed`: the upstream could not be reached or timed out before its first byte.
 * - `timed-out`: the upstream went silent, or the whole exchange took too long, after the first byte.
 * - `aborted`: the caller left before the end.
 * - `interrupted`: this process died while the exchange was in flight; told from the spool afterwards.
 */
export const OUTCOMES = [
  'completed',
  'refused',
  'upstream-error',
  'stream-error',
  'cut',
  'failed',
  'timed-out',
  'aborted',
  'interrupted',
] as const;

export type Outcome = (typeof OUTCOMES)[number];
