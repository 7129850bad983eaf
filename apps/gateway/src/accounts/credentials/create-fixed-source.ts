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
    rotate: () =>
      Promise.reject(
        toInvalid(
          'a credential of this kind has no other token: replace it (`bun run nexus account replace`, or Accounts in the dashboard)',
        ),
      ),
    state: () => toFixedState(kind),
    close: async () => {},
  };
}

/** A credential that cannot be used, and why. */
export function createInvalidSource(because: string): TokenSource {
  return {
    current: () => null,
    get: () => Promise.reject(toInvalid(because)),
    renew: async () => null,
    rotate: () => Promise.reject(toInvalid(because)),
    state: () => toFixedState('invalid'),
    close: async () => {},
  };
}

function toInvalid(because: string): GatewayError {
  return new GatewayError('credential-invalid', { detail: { because } });
}

function toFixedState(kind: CredentialKind): TokenState {
  return { kind, expiresAtMs: null, lastMintedAtMs: null, lastError: null, refreshable: false };
}
