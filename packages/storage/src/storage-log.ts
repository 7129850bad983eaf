import type { Logger } from '@nexus/telemetry';

/** The part of the logger that storage uses. */
export type StorageLog = Pick<Logger, 'info' | 'warn' | 'error'>;
