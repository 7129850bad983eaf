/** Paths of Claude that are worth a name of their own; `{id}` is any one segment. */
const ROUTES = [
  '/',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/messages/batches',
  '/v1/messages/batches/{id}',
  '/v1/messages/batches/{id}/results',
  '/v1/messages/batches/{id}/cancel',
  '/v1/models',
  '/v1/models/{id}',
  '/v1/files',
  '/v1/files/{id}',
  '/v1/files/{id}/content',
  '/v1/complete',
  '/api/hello',
  '/api/event_logging/batch',
].map((route) => route.split('/'));

/** The template of a path: a bounded set, so that callers cannot make up labels. */
export function toRoute(path: string): string {
  const segments = path.split('/', SEGMENTS_MAX);
  const known = ROUTES.find((route) => isMatch(route, segments));
  if (known !== undefined) return known.join('/');
  return segments[1] === 'v1' ? '/v1/*' : '/*';
}

const SEGMENTS_MAX = 8;

function isMatch(route: readonly string[], segments: readonly string[]): boolean {
  return (
    route.length === segments.length &&
    route.every((part, index) => (part === '{id}' ? segments[index] !== '' : part === segments[index]))
  );
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT']);

/** A method that HTTP knows, else `_OTHER` (OpenTelemetry, `http.request.method`). */
export function toKnownMethod(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}
