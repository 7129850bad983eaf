import { mkdtemp, rm } from 'node:fs/promises';
import { type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCertificateAuthority } from '../../src/forward/certificate-authority.ts';

/** An upstream behind TLS, with a certificate of an authority that nobody knows, and somebody who listens on the wire. */
export interface TlsUpstream extends AsyncDisposable {
  /** `https://localhost:port`, through the wire that is listened on. */
  readonly url: string;
  readonly port: number;
  /** PEM text of its authority. */
  readonly ca: string;
  /** What came over the wire so far, one a connection. */
  readonly wires: readonly Uint8Array[];
  /** Path, query and headers of what was asked. */
  readonly asked: readonly { readonly target: string; readonly headers: Headers }[];
}

/** Passes what it is asked on to `behind`, where there is one. */
export async function startTlsUpstream(behind: string | null = null): Promise<TlsUpstream> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-tls-upstream-'));
  const authority = await openCertificateAuthority(folder, Date.now);
  const asked: { target: string; headers: Headers }[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: await authority.issue('localhost'),
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      asked.push({ target: pathname + search, headers: request.headers });
      if (behind === null) return Response.json({ type: 'message', content: [] });
      const { method, headers } = request;
      const body = request.body === null ? {} : { body: await request.bytes() };
      return fetch(behind + pathname + search, { method, headers, decompress: false, ...body });
    },
  });
  const wires: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connect(server.port ?? 0, '127.0.0.1');
    const index = wires.push(new Uint8Array(0)) - 1;
    near.on(
      'data',
      (bytes: Uint8Array) => void (wires[index] = Buffer.concat([wires[index] ?? new Uint8Array(0), bytes])),
    );
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.once('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  wire.listen(0, '127.0.0.1', () => resolve());
  await listening;
  const address = wire.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://localhost:${port}`,
    port,
    ca: authority.certificatePem,
    wires,
    asked,
    [Symbol.asyncDispose]: async () => {
      wire.close();
      for (const socket of sockets) socket.destroy();
      await server.stop(true);
      await rm(folder, { recursive: true });
    },
  };
}
