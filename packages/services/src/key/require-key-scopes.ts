import { GatewayError } from '@nexus/contract';
import type { KeyScope } from '@nexus/storage';
import { type Context, listScopes } from '../context.ts';

/**
 * Nobody makes a key, or takes a new secret of one, that may do more than oneself.
 * @throws {GatewayError} `scope-missing`
 */
export function requireKeyScopes({ actor }: Context, scopes: readonly KeyScope[]): void {
  const own = listScopes(actor);
  const missing = scopes.filter((scope) => scope !== 'proxy' && !own.includes(scope));
  if (missing.length === 0) return;
  throw new GatewayError('scope-missing', {
    publicMessage: `Nobody gives a key more than one has oneself: this needs ${missing.join(', ')} too.`,
    detail: { scopes: missing.join(' ') },
  });
}
