import { GatewayError } from '@nexus/contract';
import type { Storage } from '@nexus/storage';
import type { Context } from './context.ts';

/** The database. @throws {GatewayError} `storage-unavailable` while there is none, `storage-off` where there never is. */
export function requireStorage(context: Context): Storage {
  if (context.storage !== null) return context.storage;
  throw new GatewayError(context.storageIsOff === true ? 'storage-off' : 'storage-unavailable');
}
