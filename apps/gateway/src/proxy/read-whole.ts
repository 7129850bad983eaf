import { GatewayError } from '@nexus/contract';
import type { Exchange } from './exchange.ts';

/** Answers with a declared length up to this are passed on whole: cheaper, and the length stays (a stream loses it). */
const WHOLE_ANSWER_BYTES_MAX = 262_144;

/** Whether nothing of this answer goes out before all of it is here. */
export function isPassedWhole({ headers }: Response): boolean {
  const declared = headers.get('content-length');
  return declared !== null && Number(declared) <= WHOLE_ANSWER_BYTES_MAX;
}

/** All of a short answer. @throws {GatewayError} where it breaks off: a clear error instead of a torn body. */
export async function readWhole(exchange: Exchange, response: Response): Promise<Uint8Array> {
  try {
    return await response.bytes();
  } catch (cause) {
    throw new GatewayError(exchange.stoppedBy === null ? 'upstream-unreachable' : 'upstream-timeout', {
      cause,
      detail: { because: exchange.stoppedBy ?? 'answer-cut' },
    });
  }
}
