import { toRunnable } from '@nexus/config';
import { type ErrorCode, GatewayError } from '@nexus/contract';
import type { Api, ApiLog, ApiServer, DashboardSite } from '../api.ts';
import { isApiPath } from '../api-paths.ts';
import { createAttemptThrottle } from '../attempt-throttle.ts';
import { type BrowserPolicy, decideHost, decideSameOrigin } from '../browser-guard.ts';
import { toGatewayError } from '../error-answer.ts';
import { requireVerdict } from '../identify-caller.ts';
import { readText } from '../read-input.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { openSessionCookie, type SignInWorld } from '../sign-in/sign-in-routes.ts';
import { createStaticFiles } from './static-files.ts';
import { findSignInAsset, toConfirmPage, toNoticePage } from './sign-in-page.ts';

export interface DashboardSiteOptions {
  readonly api: Api;
  readonly signIn: SignIn;
  /** Absolute folder of the built dashboard; may be missing. */
  readonly distDir: string;
  readonly browserPolicy: BrowserPolicy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: ApiLog;
}

/** What the dashboard's port answers: the API, the one-time link, and the built pages. */
export function createDashboardSite(options: DashboardSiteOptions): DashboardSite {
  const files = createStaticFiles(options.distDir);
  const throttle = createAttemptThrottle(options.clock);

  async function answer(request: Request, server: ApiServer): Promise<Response> {
    requireVerdict(decideHost(request.headers, options.browserPolicy));
    const url = new URL(request.url);
    if (url.pathname === '/sign-in' && request.method === 'POST') {
      const address = server.requestIP(request)?.address ?? 'unknown';
      return signInByForm(request, { ...options, throttle, address, dashboardKey: null });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new GatewayError('route-unknown');
    const token = url.pathname === '/sign-in' ? url.searchParams.get('token') : null;
    if (token !== null) return toConfirmPage(token);
    return findSignInAsset(url.pathname) ?? (await findPage(url.pathname, request.headers));
  }

  async function findPage(path: string, headers: Headers): Promise<Response> {
    const found = await files.find(path, headers);
    if (found !== null) return found;
    // Names with an extension are files; everything else is a place inside the single page.
    if (/\.[a-z0-9]+$/i.test(path)) throw new GatewayError('route-unknown');
    return (
      (await files.find('/index.html', headers)) ?? toNoticePage({ ...NOT_BUILT, text: toRunnable(NOT_BUILT.text) })
    );
  }

  return {
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      if (isApiPath(pathname) || pathname.startsWith('/api/')) return options.api.fetch(request, server);
      try {
        return await answer(request, server);
      } catch (failure) {
        const error = toGatewayError(failure);
        if (error.row.status >= 500) options.log.error({ path: pathname, error }, 'a dashboard page failed');
        const { code, publicMessage: text, row } = error;
        return toNoticePage({ status: row.status, title: TITLES[code] ?? 'That did not work', text: toRunnable(text) });
      }
    },
  };
}

const TITLES: Partial<Record<ErrorCode, string>> = {
  'sign-in-link-used': 'This link does not work any more',
  'sign-in-throttled': 'Too many attempts',
  'route-unknown': 'There is nothing here',
  'origin-refused': 'Not from here',
};

const NOT_BUILT = {
  status: 503,
  title: 'The dashboard is not built yet',
  text: 'Run `bun start`, which builds it. The API on this port works.',
};

async function signInByForm(request: Request, world: SignInWorld): Promise<Response> {
  requireVerdict(decideSameOrigin(request.method, request.headers));
  const token = new URLSearchParams(await readText(request)).get('token') ?? '';
  const cookie = await openSessionCookie(request, { token }, world);
  return new Response(null, {
    status: 303,
    headers: { location: '/', 'set-cookie': cookie.header, 'cache-control': 'no-store' },
  });
}
