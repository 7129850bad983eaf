/**
 * What can go wrong in storage beyond a failed query.
 * - `embedded-unsupported`: no PostgreSQL binary for this machine; an external database is needed.
 * - `embedded-failed`: the embedded server could not be prepared or started; the message says what it printed.
 * - `lock-timeout`: another process held a lock for too long.
 * - `server-too-old`: the PostgreSQL of DATABASE_URL is older than we can work with.
 * - `schema-newer`: the database was migrated by a newer version that this one cannot work with.
 * - `migration-failed`: a migration broke; nothing of it was kept.
 * - `body-damaged`: a stored body does not match its hash.
 * - `record-unwritable`: no row can be made of a record.
 */
export type StorageErrorCode =
  | 'embedded-unsupported'
  | 'embedded-failed'
  | 'lock-timeout'
  | 'server-too-old'
  | 'schema-newer'
  | 'migration-failed'
  | 'body-damaged'
  | 'record-unwritable';

/** An error of storage with a code that callers can decide on. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}
