import { createHash } from 'node:crypto';
import { normaliseHost } from '../identity/normalise-host.ts';
import { toBaseUrl } from '../to-base-url.ts';
import { SECURITY_HEADERS } from './dashboard-site/security-headers.ts';

/**
 * Whether a person opened the root of PORT in a browser. Clients of Claude that ask for it (Claude Code does, by HEAD) are
 * none: their requests go on to Claude as ever.
 */
export function isVisit(request: Request, path: string): boolean {
  if (path !== '/' || request.method !== 'GET') return false;
  const { headers } = request;
  const mode = headers.get('sec-fetch-mode');
  if (mode !== null) return mode === 'navigate';
  // Browsers tell the mode only to addresses that they trust, which are localhost and https.
  const bringsCredential = headers.has('authorization') || headers.has('x-api-key');
  return !bringsCredential && headers.get('accept')?.includes('text/html') === true;
}

export interface VisitedPorts {
  readonly proxyPort: number;
  readonly dashboardPort: number;
}

/** Tells a person who came to the proxy where the dashboard is; `host` is the header, which names how they came. */
export function toVisitorPage(host: string | null, { proxyPort, dashboardPort }: VisitedPorts): Response {
  // Behind somebody's own front nothing can be told of addresses but our port.
  const name = host?.endsWith(`:${proxyPort}`) === true ? normaliseHost(host) : null;
  const toUrl = (port: number) => (name === null ? null : toBaseUrl(port, { host: name, nameWhereAny: name }));
  const html = PAGE.replace('DASHBOARD', toDashboardText(toUrl(dashboardPort), dashboardPort)).replace(
    'CLIENTS',
    name === null ? '' : `<p>For Claude Code: <code>export ANTHROPIC_BASE_URL=${toUrl(proxyPort)}</code></p>`,
  );
  return new Response(html, { headers: PAGE_HEADERS });
}

function toDashboardText(url: string | null, port: number): string {
  return url === null ? `on port ${port} of its machine (DASHBOARD_PORT)` : `on <a href="${url}/">${url}</a>`;
}

const STYLE = `body { margin: 0; min-height: 100dvh; display: grid; place-items: center; font: 14px/1.6 system-ui, sans-serif; }
main { max-width: 30rem; padding: 2rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.125rem; font-weight: 600; }
p { margin: 0 0 0.75rem; }
code { font: 0.95em ui-monospace, monospace; }`;

// The empty icon keeps the browser from asking Claude for one.
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <link rel="icon" href="data:,">
    <title>Proxy · Claude Nexus</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
      <h1>This is the proxy of Claude Nexus</h1>
      <p>Clients of Claude talk to it, and there is nothing to see. The dashboard is DASHBOARD.</p>
      CLIENTS
    </main>
  </body>
</html>
`;

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': `default-src 'none'; img-src data:; style-src 'sha256-${toHash(STYLE)}'; frame-ancestors 'none'`,
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  vary: 'sec-fetch-mode, accept',
};

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
