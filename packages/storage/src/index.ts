export type { PgConnection } from './connection.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { StorageError, type StorageErrorCode } from './storage-error.ts';
export type { StorageLog } from './storage-log.ts';
