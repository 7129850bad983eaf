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
  // Without it Claude Code repeats a 401 about ten times, which looks like a hang.
  if (!retryable) headers.set('x-should-retry', 'false');
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="Claude Nexus"');
  if (status === 407) headers.set('proxy-authenticate', 'Basic realm="Claude Nexus", charset="UTF-8"');
  const { retryAfterS } = error.detail;
  if (typeof retryAfterS === 'number') headers.set('retry-after', `${retryAfterS}`);
  else if (status === 429 && retryable) headers.set('retry-after', '1');
  const body = toErrorBody({ type: anthropicType, message: error.publicMessage, requestId });
  return new Response(JSON.stringify(body), { status, headers });
}
