import { GatewayError } from '@nexus/contract';
import type { NoRequest } from './no-request.ts';
import { type CallerServer, toCallerServer } from './caller-server.ts';
import { toRawAnswer } from './raw-answer.ts';
import { type Listener, type ListenOptions, type ServerOf, listen, toListenProblem } from '../listen.ts';
import type { Pipeline } from '../proxy/pipeline.ts';
import { toRefusal } from '../proxy/refusal.ts';
import { toBaseUrl } from '../to-base-url.ts';
import { type AddressTable, createAddressMemory, openAddressTable } from './address-table.ts';
import { boundConnections, findFilesMax } from './bound-connections.ts';
import { startCallerThread } from './caller-thread-link.ts';

export interface CallerPortOptions extends Pick<ListenOptions, 'host' | 'port' | 'setting' | 'onError' | 'newId'> {
  readonly serve: (request: Request, server: CallerServer) => Promise<Response> | Response;
  /** Fewer are let in where the process may not open files for so many. */
  readonly connectionsMax: number;
  /** How long a caller may take nothing of its answer before its connection is closed. */
  readonly stallMs: number;
  readonly pipeline: Pick<Pipeline, 'refuseUnread'>;
  readonly onDeath: (problem: unknown) => void;
}

/**
 * Opens the port of callers. A thread of its own holds their connections and passes them on to the server here, so that this
 * thread is spared their reads and writes, and what cannot be read as HTTP gets an answer with a reason, and a record.
 * @throws {Error} with a sentence for the operator where the port cannot be had.
 */
export async function openCallerPort(options: CallerPortOptions): Promise<Listener> {
  const { host, serve, onDeath } = options;
  const memory = createAddressMemory();
  const addresses = openAddressTable(memory);
  const inner = listen({
    ...options,
    host: '127.0.0.1',
    port: 0,
    fetch: (request: Request, server: ServerOf) =>
      serve(
        request,
        toCallerServer(server, (of) => findAddress(of, { server, addresses })),
      ),
  });
  const { port, stallMs } = options;
  const connectionsMax = boundConnections(options.connectionsMax, findFilesMax());
  const thread = await startCallerThread({
    module: new URL('caller-thread.ts', import.meta.url),
    settings: { host, port, connectionsMax, stallMs, innerPort: inner.port, addresses: memory },
    refuse: (why) => toRawAnswer(refuse(options, why)),
    onDeath,
  }).catch(async (cause: unknown) => {
    await inner.destroy();
    throw new Error(toListenProblem(options, cause), { cause });
  });
  return {
    port: thread.port,
    url: toBaseUrl(thread.port, { host, nameWhereAny: 'localhost' }),
    stop: async () => {
      // First nothing new comes, then what came is answered, then the last of it reaches its callers.
      await thread.stop();
      await inner.stop();
      await thread.empty;
    },
    destroy: async () => {
      await thread.destroy();
      await inner.destroy();
    },
  };
}

function refuse({ pipeline, newId }: CallerPortOptions, why: NoRequest): Response {
  return why.code === 'connections-spent'
    ? toRefusal(new GatewayError('connections-spent'), newId())
    : pipeline.refuseUnread(why);
}

function findAddress(request: Request, { server, addresses }: { server: ServerOf; addresses: AddressTable }): string {
  const near = server.requestIP(request);
  // Whoever on this machine finds the port behind has no entry, and its own address is the near one.
  return addresses.find(near?.port ?? 0) || (near?.address ?? '');
}
