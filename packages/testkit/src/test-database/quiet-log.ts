import type { StorageLog } from '@nexus/storage';

/** Storage's own notes are noise in a test; what it calls an error is not. */
export const quietLog: StorageLog = {
  info: () => {},
  warn: () => {},
  error: (...parts: readonly unknown[]) => console.error('test database:', ...parts),
};
