import { type Answer, toErrorAnswer } from './answer.ts';
import { findCredential, type RouteContext } from './routes/route.ts';
import type { TokenBook } from './routes/token-book.ts';

const betaOfOauth = 'oauth-2025-04-20';

/**
 * What Claude says against the credential and the version of a request, or null. Keys are taken from `x-api-key` or
 * `Authorization: Bearer`; OAuth tokens only as Bearer and with their beta; every key that contains `invalid` is refused.
 */
export function refuseCaller(context: RouteContext, tokens: TokenBook): Answer | null {
  const { request, requestId } = context;
  if (!request.path.startsWith('/v1/') || request.path.startsWith('/v1/oauth/')) return null;
  const credential = findCredential(request.headers);
  if (credential === null) return toErrorAnswer(401, 'x-api-key header is required', { requestId });
  const isToken = credential.value.startsWith('sk-ant-oat');
  if (credential.value.includes('invalid') || (credential.kind === 'key' && isToken)) {
    return toErrorAnswer(401, 'invalid x-api-key', { requestId });
  }
  if (isToken) {
    const betas = (request.header('anthropic-beta') ?? '').split(',').map((beta) => beta.trim());
    if (!betas.includes(betaOfOauth)) {
      return toErrorAnswer(401, 'OAuth authentication is currently not supported.', { requestId });
    }
    if (!tokens.accepts(credential.value)) {
      return toErrorAnswer(401, 'OAuth token has expired. Please obtain a new token.', { requestId });
    }
  }
  if (request.header('anthropic-version') === null) {
    return toErrorAnswer(400, 'anthropic-version: header is required', { requestId });
  }
  return null;
}
