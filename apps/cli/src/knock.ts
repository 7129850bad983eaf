import type { Terminal } from './terminal.ts';
import { findLocalUser } from './to-local-actor.ts';

/** What stands behind an address, tried with a one-time link of a data folder. */
export type Knock =
  /** A gateway of that folder; the cookie opens it. */
  | { readonly kind: 'opened'; readonly cookie: string }
  /** A gateway that does not know the link, so it has another data folder. */
  | { readonly kind: 'stranger' }
  /** A gateway that would not say. */
  | { readonly kind: 'silent' }
  /** No gateway. */
  | { readonly kind: 'nobody' };

/** A gateway on this machine answers at once, unless it is very busy. */
const KNOCK_MS = 10_000;

/** Signs in at `baseUrl` with a link made in `dataDir`, for which no browser is needed. Nothing is thrown. */
export async function knock(baseUrl: string, dataDir: string, { clock }: Pick<Terminal, 'clock'>): Promise<Knock> {
  // Loaded here and not above, so that help and start do not pay for it.
  const { createSignInLinks } = await import('@nexus/services');
  const { token } = await createSignInLinks({ dataDir, clock }).issue({ localUser: findLocalUser() });
  const answer = await fetch(`${baseUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl },
    body: JSON.stringify({ token }),
    signal: AbortSignal.timeout(KNOCK_MS),
  }).catch(() => null);
  if (answer === null) return { kind: 'nobody' };
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (answer.ok && cookie?.startsWith('nexus_session_') === true) return { kind: 'opened', cookie };
  const refusal = answer.headers.get('x-nexus-error');
  if (refusal === null) return { kind: 'nobody' };
  return { kind: refusal === 'sign-in-link-used' ? 'stranger' : 'silent' };
}
