import { GatewayError, type SignedIn, SignInBody } from '@nexus/contract';
import type { Actor, LinkBearer } from '@nexus/services';
import { decideHost, decideSameOrigin } from '../browser-guard.ts';
import { type CallerRules, isDashboardKey, requireVerdict } from '../identify-caller.ts';
import { readJsonObject } from '../read-input.ts';
import { toSetCookie } from './cookie.ts';
import type { SignIn } from './sign-in.ts';

/** The rules of the door and the address of who knocks. */
export interface SignInWorld extends CallerRules {
  readonly address: string;
}

/**
 * `POST /api/sign-in`: the token of a one-time link, or DASHBOARD_API_KEY, for a session cookie.
 * @throws {GatewayError} `origin-refused`, `sign-in-throttled`, `sign-in-link-used`, `key-unknown`, `field-invalid`.
 */
export async function signInOverHttp(request: Request, world: SignInWorld): Promise<Response> {
  requireVerdict(decideHost(request.headers, world.browserPolicy));
  requireVerdict(decideSameOrigin(request.method, request.headers));
  const parsed = SignInBody.safeParse(await readJsonObject(request));
  if (!parsed.success) throw new GatewayError('field-invalid', { publicMessage: 'Send either `token` or `key`.' });

  const cookie = await openSessionCookie(request, parsed.data, world);
  const body: SignedIn = { signedInUntil: new Date(cookie.expiresAtMs).toISOString() };
  return Response.json(body, { headers: { 'set-cookie': cookie.header, 'cache-control': 'no-store' } });
}

/** `POST /api/sign-out`: ends the session and removes its cookie. A caller with a key has nothing to end. */
export async function signOutOverHttp(request: Request, actor: Actor, signIn: SignIn): Promise<Response> {
  if (actor.kind === 'person') await signIn.end(actor);
  const cookie = toSetCookie({ name: signIn.cookieName, value: '', maxAgeS: 0, secure: isSecure(request) });
  return Response.json({ signedOut: true }, { headers: { 'set-cookie': cookie, 'cache-control': 'no-store' } });
}

/** A session for whoever proves to be let in. @throws {GatewayError} as {@link signInOverHttp}. */
export async function openSessionCookie(
  request: Request,
  proof: SignInBody,
  world: SignInWorld,
): Promise<{ readonly header: string; readonly expiresAtMs: number }> {
  // The right key passes all the same: whoever guesses from the same address must not lock others out.
  const isRightKey = 'key' in proof && isDashboardKey(proof.key, world.dashboardKey);
  if (!isRightKey && world.throttle.isBlocked(world.address)) throw new GatewayError('sign-in-throttled');
  const bearer = await findBearer(proof, world);
  if (bearer === null) {
    world.throttle.fail(world.address);
    if ('token' in proof) throw new GatewayError('sign-in-link-used');
    throw new GatewayError('key-unknown', { publicMessage: 'This key does not open the dashboard.' });
  }
  const session = await world.signIn.open(bearer);
  const header = toSetCookie({
    name: session.cookieName,
    value: session.cookieValue,
    maxAgeS: session.maxAgeS,
    secure: isSecure(request),
  });
  return { header, expiresAtMs: session.expiresAtMs };
}

/** Whom the proof lets in; null where it proves nothing. */
async function findBearer(proof: SignInBody, world: SignInWorld): Promise<LinkBearer | null> {
  if ('token' in proof) return world.signIn.redeem(proof.token);
  return isDashboardKey(proof.key, world.dashboardKey) ? { localUser: null } : null;
}

/** Behind a TLS proxy we are plain http ourselves. A forged header can only make the caller's own cookie stricter. */
function isSecure(request: Request): boolean {
  return request.headers.get('x-forwarded-proto') === 'https' || request.url.startsWith('https:');
}
