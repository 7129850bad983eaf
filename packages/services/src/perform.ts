import {
  GatewayError,
  OPERATIONS,
  type OperationName,
  type OperationOutput,
  parseInput,
  type Scope,
} from '@nexus/contract';
import { type Actor, type Context, listScopes } from './context.ts';
import { OPERATION_BODIES } from './operations.ts';
import { toServiceError } from './to-service-error.ts';

/**
 * The one door to every operation: scope, then input, then the operation itself.
 * @throws {GatewayError} always one of the error table; what a driver says stays in `cause`.
 */
export async function perform<N extends OperationName>(
  context: Context,
  name: N,
  raw: unknown,
): Promise<OperationOutput<N>> {
  requireScope(name, context.actor);
  const input = parseInput(name, raw);
  try {
    return await OPERATION_BODIES[name](context, input);
  } catch (failure) {
    throw toServiceError(failure);
  }
}

/** @throws {GatewayError} `scope-missing` where the actor may not perform the operation. */
export function requireScope(name: OperationName, actor: Actor): void {
  const { scope } = OPERATIONS[name];
  if (!listScopes(actor).includes(scope)) throw toScopeError(name, scope, listScopes(actor));
}

function toScopeError(name: OperationName, scope: Scope, own: readonly Scope[]): GatewayError {
  const has = own.length === 0 ? 'none' : own.join(', ');
  return new GatewayError('scope-missing', {
    publicMessage: `This needs the scope ${scope}, and the key has ${has}.`,
    detail: { name, scope },
  });
}
