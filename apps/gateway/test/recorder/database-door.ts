import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PgConnection } from '@nexus/storage';

/** A TCP door before a PostgreSQL, which can be shut as if the server had died. */
export interface DatabaseDoor {
  readonly connection: PgConnection;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export async function createDatabaseDoor(behind: PgConnection): Promise<DatabaseDoor> {
  const sockets = new Set<Socket>();
  const state = { isOpen: true };
  const server = createServer((caller) => {
    if (!state.isOpen) {
      caller.destroy();
      return;
    }
    const inner = behind.host.startsWith('/')
      ? connect(join(behind.host, `.s.PGSQL.${behind.port}`))
      : connect(behind.port, behind.host);
    for (const [from, to] of [
      [caller, inner],
      [inner, caller],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const listening = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => listening.resolve(undefined));
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    connection: { ...behind, host: '127.0.0.1', port: address.port },
    shut() {
      state.isOpen = false;
      dropAll();
    },
    open() {
      state.isOpen = true;
    },
    async close() {
      dropAll();
      const closed = Promise.withResolvers<undefined>();
      server.close(() => closed.resolve(undefined));
      await closed.promise;
    },
  };
}
