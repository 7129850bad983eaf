import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { PgConnection } from '../connection.ts';
import { toPoolConfig } from '../storage.ts';
import { CHANGE_CHANNEL } from './tell-change.ts';

/** Hears of changes as soon as they are kept, whoever made them. */
export interface ChangeWatch {
  close(): Promise<void>;
}

export interface ChangeWatchOptions {
  readonly connection: PgConnection | string;
  /** Told of what was changed, such as `key`, `limit` or `budget`. */
  readonly onChange: (noun: string) => void;
  /** Called whenever changes may have passed unheard, since there was no connection; once at first too. */
  readonly onGap: () => void;
}

const CONNECT_MS_MAX = 5_000;
const RETRY_MS = 1_000;

/**
 * Keeps one connection that listens. A pooler that shares sessions between clients lets nobody listen: do not watch through
 * one. What is missed while the connection is away is told by `onGap`; who must be sure looks by itself now and then.
 */
export function watchChanges({ connection, onChange, onGap }: ChangeWatchOptions): ChangeWatch {
  const closing = new AbortController();
  const watching = keepListening();

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      await listen().catch(() => {});
      // A close ends the pause, and the loop with it.
      await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  /** Ends when the connection does. */
  async function listen(): Promise<void> {
    const client = new Client({
      ...toPoolConfig(connection),
      connectionTimeoutMillis: CONNECT_MS_MAX,
      keepAlive: true,
      application_name: 'claude-nexus changes',
    });
    const ended = Promise.withResolvers<void>();
    client.on('error', () => ended.resolve());
    client.on('end', () => ended.resolve());
    client.on('notification', ({ payload = '' }) => onChange(payload));
    const end = (): void => ended.resolve();
    closing.signal.addEventListener('abort', end, { once: true });
    try {
      await client.connect();
      await client.query(`listen ${CHANGE_CHANNEL}`);
      onGap();
      await ended.promise;
    } finally {
      closing.signal.removeEventListener('abort', end);
      // A server that vanished never answers the goodbye.
      void client.end().catch(() => {});
    }
  }

  return {
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}
