import type { Forwarded } from './forward.ts';

/** Error bodies are short: reading one to its end keeps its connection for the next request. */
const DRAINED_BYTES_MAX = 65_536;

/** Lets go of an answer that nobody gets; nobody waits for that. */
export function discardAnswer(forwarded: Forwarded | null): void {
  if (forwarded === null) return;
  const { response, reader } = forwarded;
  const isShort = Number(response.headers.get('content-length') ?? Infinity) <= DRAINED_BYTES_MAX;
  const ending = reader === null ? (isShort ? response.bytes() : response.body?.cancel()) : reader.cancel();
  ending?.catch(() => undefined);
}
