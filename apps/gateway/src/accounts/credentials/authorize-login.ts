import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '@nexus/contract';
import type { LoginLink } from '@nexus/services';
import { readLifetime } from './mint-tokens.ts';
import { type TokenFetch, TokenRefusal, requestToken } from './request-token.ts';
import { OAUTH_BETA } from './to-stored-credential.ts';
import { toToken } from './to-token.ts';

/** The OAuth client that logins are made with. */
export interface AuthorizationSettings {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly redirectUrl: string;
  readonly clientId: string;
  readonly scopes: string;
}

/** A link for the authorisation-code flow with PKCE (RFC 7636, S256). `code=true` asks the page to show the code. */
export function createLoginLink({ authorizeUrl, redirectUrl, clientId, scopes }: AuthorizationSettings): LoginLink {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    code: 'true',
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUrl,
    scope: scopes,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
  });
  return { url: `${authorizeUrl}?${query.toString()}`, state, verifier };
}

export interface CodeWorld {
  readonly settings: AuthorizationSettings;
  readonly fetch: TokenFetch;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What a file keeps of a login. */
export interface LoginText {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  readonly tokenUrl: string;
  readonly clientId: string;
}

const LIFE_SECONDS = 3600;

/**
 * Exchanges the code that the page showed, `code` or `code#state`, for the tokens of a login.
 * @throws {GatewayError} `login-refused`; `upstream-unreachable` where nobody answered.
 */
export async function exchangeCode(
  answer: Omit<LoginLink, 'url'> & { readonly code: string },
  { settings, fetch, clock }: CodeWorld,
): Promise<LoginText> {
  const [code = '', stateShown = answer.state] = answer.code.split('#');
  if (!isSame(stateShown, answer.state))
    throw new GatewayError('login-refused', { detail: { because: 'another state' } });
  const { tokenUrl, clientId, redirectUrl, scopes } = settings;
  try {
    const tokens = await requestToken(
      {
        url: tokenUrl,
        encoding: 'json',
        headers: { 'anthropic-beta': OAUTH_BETA },
        fields: {
          grant_type: 'authorization_code',
          code,
          state: answer.state,
          client_id: clientId,
          redirect_uri: redirectUrl,
          code_verifier: answer.verifier,
        },
      },
      { fetch, signal: new AbortController().signal },
    );
    const { access_token: access, refresh_token: refresh, scope } = tokens;
    const life = readLifetime(tokens, 'expires_in') ?? LIFE_SECONDS;
    return {
      accessToken: toToken(typeof access === 'string' ? access : '', 'the token endpoint').reveal(),
      ...(typeof refresh === 'string' ? { refreshToken: refresh } : {}),
      expiresAt: Math.round(clock() + life * 1000),
      scopes: (typeof scope === 'string' ? scope : scopes).split(' '),
      tokenUrl,
      clientId,
    };
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : 'unknown';
    throw new GatewayError(cause instanceof TokenRefusal ? 'login-refused' : 'upstream-unreachable', {
      cause,
      detail: { because },
    });
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
