import { createHash, timingSafeEqual } from 'node:crypto';
import { readPartyName } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import type { Actor } from '@nexus/services';
import type { KeyScope } from '@nexus/storage';
import type { AttemptThrottle } from './attempt-throttle.ts';
import { type BrowserPolicy, type BrowserVerdict, decideHost, decideSameOrigin } from './browser-guard.ts';
import type { SignIn } from './sign-in/sign-in.ts';

export interface CallerRules {
  /** DASHBOARD_API_KEY; null where it is not set, and then no key opens anything. */
  readonly dashboardKey: string | null;
  /** The live client key that was sent, where it is not for one domain; absent: no client key opens anything. */
  readonly findKey?:
    | ((presented: string) => { readonly keyId: string; readonly scopes: readonly KeyScope[] } | null)
    | undefined;
  readonly browserPolicy: BrowserPolicy;
  readonly signIn: SignIn;
  readonly throttle: AttemptThrottle;
}

/**
 * Who calls the API. A key decides alone, and is refused alone: it is never made up for by a cookie.
 * @throws {GatewayError} `key-unknown`, `scope-missing`, `sign-in-throttled`, `origin-refused` or `sign-in-required`.
 */
export async function identifyCaller(request: Request, address: string, rules: CallerRules): Promise<Actor> {
  const keys = listKeys(request.headers);
  if (keys.length > 0) return identifyByKey({ keys, says: request.headers.get('x-nexus-user') }, address, rules);

  requireVerdict(decideHost(request.headers, rules.browserPolicy));
  const session = await rules.signIn.find(request);
  if (session === null) throw new GatewayError('sign-in-required');
  requireVerdict(decideSameOrigin(request.method, request.headers));
  const { localUser, sessionId, expiresAtMs } = session;
  // A program that made itself a link had the data folder at hand, and its link says whose program it is.
  return localUser === null ? { kind: 'person', sessionId, expiresAtMs } : { kind: 'local-cli', user: localUser };
}

/** @throws {GatewayError} `origin-refused`; the reason is for the log. */
export function requireVerdict(verdict: BrowserVerdict): void {
  if (!verdict.allowed) throw new GatewayError('origin-refused', { detail: { because: verdict.because } });
}

/** Whether `key` is DASHBOARD_API_KEY, in a time that tells nothing about it. */
export function isDashboardKey(key: string, dashboardKey: string | null): boolean {
  return dashboardKey !== null && timingSafeEqual(toDigest(key), toDigest(dashboardKey));
}

interface Shown {
  readonly keys: readonly string[];
  /** Who the caller says to be. */
  readonly says: string | null;
}

function identifyByKey({ keys, says }: Shown, address: string, rules: CallerRules): Actor {
  // The right key first: whoever guesses from the same address must not lock others out.
  if (keys.some((key) => isDashboardKey(key, rules.dashboardKey))) {
    const user = readPartyName(says);
    return { kind: 'dashboard-key', ...(user === null ? {} : { user }) };
  }
  for (const key of keys) {
    const found = rules.findKey?.(key) ?? null;
    const scopes = found?.scopes.filter((scope) => scope !== 'proxy') ?? [];
    if (found === null) continue;
    if (scopes.length > 0) return { kind: 'key', keyId: found.keyId, scopes };
    throw new GatewayError('scope-missing', {
      publicMessage: 'This key reaches Claude alone: it has no scope for our API.',
    });
  }
  if (rules.throttle.isBlocked(address)) throw new GatewayError('sign-in-throttled');
  if (keys.some((key) => isGuess(key, rules.dashboardKey))) rules.throttle.fail(address);
  throw new GatewayError('key-unknown', { publicMessage: 'This key does not open the API.' });
}

/** Beginnings of Claude's keys and tokens, and of our client keys. */
const KEYS_FOR_CLAUDE = ['sk-ant-', 'nx_live_'];

/**
 * A Claude client that strays onto a path of ours carries its own key, again and again. That is no attempt to guess
 * ours, and must not close the door to scripts on the same machine.
 */
function isGuess(key: string, dashboardKey: string | null): boolean {
  return !KEYS_FOR_CLAUDE.some((prefix) => key.startsWith(prefix) && dashboardKey?.startsWith(prefix) !== true);
}

function listKeys(headers: Headers): readonly string[] {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const sent = [headers.get('x-dashboard-key') ?? '', headers.get('x-api-key') ?? '', bearer ?? ''];
  return sent.filter((key) => key !== '');
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
