import { toErrorBody } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';

/** Anything thrown, as an error of the table. What no code names becomes `unexpected`, and its message stays inside. */
export function toGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError('unexpected', { cause: error });
}

/** Our own answer, in the shape that clients of the Messages API expect. */
export function toRefusal(error: GatewayError, requestId: string): Response {
  const { status, anthropicType, retryable } = error.row;
  const headers = new Headers({
    'content-type': 'application/json',
    'request-id': requestId,
    'x-nexus-request-id': requestId,
    'x-nexus-error': error.code,
  });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="Claude Nexus"');
  if (status === 407) headers.set('proxy-authenticate', 'Basic realm="Claude Nexus", charset="UTF-8"');
  const retryAfterS = toRetryAfterS(error);
  if (retryAfterS !== null) headers.set('retry-after', `${retryAfterS}`);
  // Without it Claude Code repeats a 401 about ten times, which looks like a hang.
  if (!retryable || (retryAfterS ?? 0) > WAIT_SECONDS_MAX) headers.set('x-should-retry', 'false');
  const body = toErrorBody({ type: anthropicType, message: error.publicMessage, requestId });
  return new Response(JSON.stringify(body), { status, headers });
}

/**
 * Claude Code waits as long as it is told up to here and gives up beyond (2.1.272). The SDKs of Anthropic and OpenAI take no
 * notice of a longer `retry-after`: they ask again within 8 s, in vain.
 */
const WAIT_SECONDS_MAX = 60;

function toRetryAfterS({ row: { status, retryable }, detail: { retryAfterS } }: GatewayError): number | null {
  if (typeof retryAfterS === 'number') return retryAfterS;
  return status === 429 && retryable ? 1 : null;
}
