import { GatewayError } from '@nexus/contract';
import { StorageError } from '@nexus/storage';

/** System errors of a database that is not there. `ENOENT`: the unix socket is gone. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/**
 * SQLSTATEs of a database that is away, starting, full or too slow (https://www.postgresql.org/docs/18/errcodes-appendix.html):
 * class 08, operator intervention (57P0x, 57014), resources (53xxx), and 42P01: not migrated yet.
 */
const SQL_STATES = /^(?:08\w{3}|57P0\w|57014|53\w{3}|42P01)$/;

/** What `pg` says without a code when it has no connection. */
const DRIVER_WORDS =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|cannot use a pool/i;

/** Names an error of the database; everything unknown becomes `unexpected`, so that no SQL reaches a caller. */
export function toServiceError(failure: unknown): GatewayError {
  if (failure instanceof GatewayError) return failure;
  if (failure instanceof StorageError && failure.code === 'body-damaged') {
    return new GatewayError('body-damaged', { cause: failure });
  }
  return new GatewayError(isStorageAway(failure) ? 'storage-unavailable' : 'unexpected', { cause: failure });
}

function isStorageAway(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  if (failure instanceof AggregateError) return failure.errors.some(isStorageAway);
  const code = 'code' in failure && typeof failure.code === 'string' ? failure.code : '';
  return SYSTEM_CODES.has(code) || SQL_STATES.test(code) || DRIVER_WORDS.test(failure.message);
}
