import { GatewayError } from '@nexus/contract';
import type { Storage } from '@nexus/storage';
import type { Context } from './context.ts';

/** The database. @throws {GatewayError} `storage-unavailable` while there is none. */
export function requireStorage(context: Context): Storage {
  if (context.storage === null) throw new GatewayError('storage-unavailable');
  return context.storage;
}
