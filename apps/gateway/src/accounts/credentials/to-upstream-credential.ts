import type { UpstreamCredential } from '@nexus/anthropic';
import type { Secret } from '@nexus/config';
import type { TokenPlace } from './stored-credential.ts';

/** Puts a token where its upstream expects it. */
export function toUpstreamCredential(token: Secret, place: TokenPlace): UpstreamCredential {
  switch (place.kind) {
    case 'x-api-key':
      return { kind: 'api-key', key: token.reveal() };
    case 'bearer':
      return { kind: 'bearer', token: token.reveal(), betas: place.betas };
    case 'header':
      return { kind: 'header', name: place.name, value: place.prefix + token.reveal() };
    default:
      return place satisfies never;
  }
}
