import type { Secret } from '@nexus/config';
import { GatewayError } from '@nexus/contract';
import type { TokenSource, TokenState } from '../token-source.ts';
import type { CredentialKind, TokenPlace } from './stored-credential.ts';
import { toUpstreamCredential } from './to-upstream-credential.ts';

/** What stands in the file and never changes by itself. */
export function createStaticSource(kind: CredentialKind, secret: Secret, place: TokenPlace): TokenSource {
  const credential = toUpstreamCredential(secret, place);
  return {
    current: () => credential,
    get: async () => credential,
    renew: async () => null,
    state: () => toFixedState(kind),
    close: async () => {},
  };
}

/** A credential that cannot be used, and why. */
export function createInvalidSource(because: string): TokenSource {
  return {
    current: () => null,
    get: () => Promise.reject(new GatewayError('credential-invalid', { detail: { because } })),
    renew: async () => null,
    state: () => toFixedState('invalid'),
    close: async () => {},
  };
}

function toFixedState(kind: CredentialKind): TokenState {
  return { kind, expiresAtMs: null, lastMintedAtMs: null, lastError: null, refreshable: false };
}
