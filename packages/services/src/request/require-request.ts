import { GatewayError } from '@nexus/contract';
import { findRequest, type FoundRequest, type Storage } from '@nexus/storage';

/** One request by its id. @throws {GatewayError} `request-unknown`. */
export async function requireRequest(storage: Storage, requestId: string): Promise<FoundRequest> {
  const found = await findRequest(storage, requestId);
  if (found === null) throw new GatewayError('request-unknown', { detail: { requestId } });
  return found;
}
