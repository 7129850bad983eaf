/** Longest head that is waited for; `Bun.serve` takes no longer one either. */
export const HEAD_BYTES_MAX = 16_384;

/** The head of a request as far as it came, and nothing of its body: thousands of callers wait for their first token at once. */
export interface SaidHead {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** Adds what a connection said next. */
export function addSaid(said: SaidHead | null, bytes: Uint8Array): SaidHead {
  if (said?.isWhole === true) return said;
  const all = said === null ? bytes : Buffer.concat([said.bytes, bytes]);
  const end = Buffer.from(all.buffer, all.byteOffset, all.byteLength).indexOf('\r\n\r\n');
  const isWhole = end !== -1 || all.byteLength >= HEAD_BYTES_MAX;
  const length = Math.min(end === -1 ? all.byteLength : end + 4, HEAD_BYTES_MAX);
  return { bytes: all.slice(0, length), isWhole };
}
