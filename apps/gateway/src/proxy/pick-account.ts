import type { UpstreamCredential } from '@nexus/anthropic';
import { Secret } from '@nexus/config';
import { GatewayError } from '@nexus/contract';
import type { StoredCredential } from '../accounts/credentials/stored-credential.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import type { Admitted } from './limit.ts';
import type { Received } from './receive.ts';

/** A request that knows with which credential it goes upstream. */
export interface Routed {
  readonly phase: 'routed';
  readonly received: Received;
  readonly credential: UpstreamCredential;
  readonly clientKey: string | null;
}

export interface PickAccountParts {
  /** ANTHROPIC_API_KEY, for domains without a file. */
  readonly defaultApiKey: string | null;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Chooses the credential: the domain's own, else the default key, else the caller's, passed through and never stored. */
export function pickAccount(exchange: Exchange, admitted: Admitted, parts: PickAccountParts): Routed {
  enterPhase(exchange, 'pick-account');
  const { addressed, clientKey, trustedForDomain, bringsCredential } = admitted.authenticated;
  const { received, served } = addressed;
  const routed = (credential: UpstreamCredential): Routed => ({ phase: 'routed', received, credential, clientKey });
  const account = served.accounts[0];
  if (trustedForDomain && account !== undefined) {
    const credential = toUpstreamCredential(account.credential, parts.clock());
    exchange.accountId = account.id;
    return routed(credential);
  }
  if (trustedForDomain && parts.defaultApiKey !== null) {
    exchange.accountId = 'default';
    return routed({ kind: 'api-key', key: parts.defaultApiKey });
  }
  if (bringsCredential || isProbe(exchange)) return routed({ kind: 'pass-through' });
  throw new GatewayError('credential-missing');
}

/** Claude Code asks whether its base URL answers, without any credential; so does the upstream take it. */
function isProbe({ method, path }: Exchange): boolean {
  return (method === 'HEAD' || method === 'GET') && (path === '/' || path === '/api/hello');
}

function toUpstreamCredential(credential: StoredCredential, nowMs: number): UpstreamCredential {
  if (credential.kind === 'invalid') {
    throw new GatewayError('credential-invalid', { detail: { because: credential.because } });
  }
  if (credential.kind === 'api-key' && credential.key instanceof Secret) {
    return { kind: 'api-key', key: credential.key.reveal() };
  }
  if (credential.kind !== 'oauth') {
    throw new GatewayError('credential-invalid', { detail: { because: `${credential.kind} is not wired yet` } });
  }
  if (credential.expiresAtMs !== null && nowMs >= credential.expiresAtMs) {
    throw new GatewayError('credential-invalid', {
      publicMessage:
        'The stored login of this domain has expired, and this version does not refresh it. Sign in again and replace the credential file.',
      detail: { because: 'expired', expiredAtMs: credential.expiresAtMs },
    });
  }
  return { kind: 'bearer', token: credential.accessToken.reveal(), betas: OAUTH_BETAS };
}

/** Claude takes OAuth tokens on the API only with this beta. */
const OAUTH_BETAS = ['oauth-2025-04-20'] as const;
