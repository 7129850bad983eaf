/** What an answer of the upstream says about the account that got it. */
export type Judgement =
  /** It did its work, or found fault with the request, which it would find at every account. */
  | { readonly kind: 'good' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null }
  | { readonly kind: 'errored' }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'forbidden' };

const GOOD: Judgement = { kind: 'good' };

/** By status. 400, 404, 413 and 422 are the request's own fault and never count. */
export function judgeStatus(status: number, retryAfter: string | null, nowMs: number): Judgement {
  if (status < 400) return GOOD;
  if (status === 401) return { kind: 'unauthenticated' };
  if (status === 403) return { kind: 'forbidden' };
  if (status === 429) return { kind: 'throttled', retryAfterMs: parseRetryAfter(retryAfter, nowMs) };
  return status >= 500 ? { kind: 'errored' } : GOOD;
}

/** By `error.type` of an SSE error event that came before any content (platform.claude.com, "Errors"). */
export function judgeErrorType(errorType: string): Judgement {
  switch (errorType) {
    case 'rate_limit_error':
      return { kind: 'throttled', retryAfterMs: null };
    case 'authentication_error':
      return { kind: 'unauthenticated' };
    case 'permission_error':
      return { kind: 'forbidden' };
    case 'invalid_request_error':
    case 'not_found_error':
    case 'request_too_large':
    case 'billing_error':
      return GOOD;
    default:
      // `overloaded_error`, `api_error`, `timeout_error`, and what is not invented yet.
      return { kind: 'errored' };
  }
}

/** Milliseconds from now; seconds or an HTTP date (RFC 9110 §10.2.3). Null where there is none that makes sense. */
export function parseRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
