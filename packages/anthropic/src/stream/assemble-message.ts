/**
 * The message an SSE body amounts to, in the shape of a JSON answer. A stream that ended early gives what came, with
 * `incomplete: true`; an `error` event is kept as `error`.
 */
export function assembleMessage(_events: Uint8Array): Readonly<Record<string, unknown>> {
  throw new Error('not built yet');
}
