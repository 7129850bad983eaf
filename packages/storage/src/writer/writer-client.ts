import { Client } from 'pg';
import type { PgConnection } from '../connection.ts';
import { toPoolConfig } from '../storage.ts';

/** The writer's one connection, made when it is needed and again after it broke. */
export interface WriterClient {
  /** Connects where there is no connection; throws where that fails. */
  get(): Promise<Client>;
  /** Gives a connection up that may be broken. */
  drop(): void;
}

const CONNECT_MS_MAX = 5_000;
/** A server that vanished without a word must not hold the writer for ever. */
const QUERY_MS_MAX = 60_000;

/** Opens nothing by itself. `onNew` is told of each connection that is not the first look at the database. */
export function createWriterClient(connection: PgConnection | string, onNew: () => void): WriterClient {
  let current: Client | null = null;

  function drop(): void {
    const broken = current;
    current = null;
    // Nobody waits: the other side may never answer the goodbye.
    broken?.end().catch(() => {});
  }

  return {
    async get() {
      if (current) return current;
      const client = new Client({
        ...toPoolConfig(connection),
        connectionTimeoutMillis: CONNECT_MS_MAX,
        query_timeout: QUERY_MS_MAX,
        keepAlive: true,
        application_name: 'claude-nexus recorder',
      });
      client.on('error', () => {
        if (current === client) drop();
      });
      await client.connect();
      current = client;
      onNew();
      return client;
    },
    drop,
  };
}
