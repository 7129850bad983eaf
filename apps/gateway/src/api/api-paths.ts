import { PLAIN_ROUTES } from '@nexus/contract';

/** Paths under `/api` that are Claude's own and go upstream. */
const CLAUDE_PREFIXES = ['/api/hello', '/api/event_logging', '/api/oauth', '/api/claude_cli', '/api/claude_code'];

const PLAIN_PATHS = new Set<string>(PLAIN_ROUTES.map((route) => route.path));

/** Whether a path of the proxy's port is answered by our API; everything else is an exchange with Claude. */
export function isApiPath(path: string): boolean {
  if (PLAIN_PATHS.has(path) || path === '/token-stats' || path.startsWith('/v1/analytics/')) return true;
  return path.startsWith('/api/') && !CLAUDE_PREFIXES.some((prefix) => path.startsWith(prefix));
}
