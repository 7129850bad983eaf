import type { OperationOutput } from '@nexus/contract';
import { type Context, listScopes } from '../context.ts';

/** Who the caller is and what it may do. */
export async function getMe({ actor, proxyUrl, keysRequired }: Context): Promise<OperationOutput<'me.get'>> {
  return {
    kind: actor.kind,
    scopes: [...listScopes(actor)],
    signedInUntil: actor.kind === 'person' ? new Date(actor.expiresAtMs).toISOString() : null,
    proxyUrl: proxyUrl(),
    keysRequired: keysRequired ?? false,
  };
}
