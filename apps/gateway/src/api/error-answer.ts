import { toRunnable } from '@nexus/config';
import { type ApiErrorBody, GatewayError } from '@nexus/contract';

/** Seconds a caller is asked to wait where the same request may work later. */
const RETRY_AFTER_S = 5;

/** An error of ours as it is, anything else as `unexpected`: nothing of its text reaches the caller. */
export function toGatewayError(failure: unknown): GatewayError {
  return failure instanceof GatewayError ? failure : new GatewayError('unexpected', { cause: failure });
}

/** The answer for an error, in the shape of our own API. */
export function toErrorAnswer(error: GatewayError, requestId: string): Response {
  const { code, row, fields } = error;
  const body: ApiErrorBody = {
    error: {
      code,
      message: toRunnable(error.publicMessage),
      requestId,
      status: row.status,
      type: row.anthropicType,
      param: fields[0]?.field ?? null,
      details: [...fields],
    },
  };
  const headers = new Headers({ 'cache-control': 'no-store', 'x-nexus-error': error.code });
  // As the proxy says it: the clients of Anthropic and OpenAI reach some of these routes, and go by it.
  if (!error.row.retryable) headers.set('x-should-retry', 'false');
  if (error.row.status === 401) headers.set('www-authenticate', 'Bearer realm="claude-nexus"');
  if (error.row.retryable && error.row.status !== 500) headers.set('retry-after', String(RETRY_AFTER_S));
  return Response.json(body, { status: error.row.status, headers });
}
