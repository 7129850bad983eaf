const METHODS = 'GET, POST, DELETE';
const REQUEST_HEADERS = 'x-dashboard-key, x-api-key, authorization, content-type, last-event-id';
const RESPONSE_HEADERS =
  'x-nexus-request-id, x-nexus-error, x-nexus-body-media-type, x-nexus-body-encoding, retry-after';

/**
 * Headers that let a page of a trusted origin read our answers; none for any other origin.
 * Cookies stay out of it: such pages send a key, so a foreign page can never act as the person.
 */
export function toCorsHeaders(
  origin: string | null,
  trusted: readonly string[],
): readonly (readonly [string, string])[] {
  if (trusted.length === 0) return [];
  const vary = ['vary', 'origin'] as const;
  if (origin === null || !trusted.includes(origin)) return [vary];
  return [vary, ['access-control-allow-origin', origin], ['access-control-expose-headers', RESPONSE_HEADERS]];
}

/** The answer to a preflight of a trusted origin; null for anything else. */
export function toPreflightAnswer(request: Request, trusted: readonly string[]): Response | null {
  const origin = request.headers.get('origin');
  if (request.method !== 'OPTIONS' || origin === null || !trusted.includes(origin)) return null;
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': '600',
      vary: 'origin',
    },
  });
}
