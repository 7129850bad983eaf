/** One HTTP/1.1 request as text, with its body's length declared; everything else is the caller's. */
export function toRawRequest(
  target: string,
  body: string,
  headers: readonly (readonly [string, string])[] = [],
): Buffer {
  const lines = [
    `POST ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** A connection on which a test writes exact bytes. */
export interface RawConnection {
  /** Writes all of `bytes`, however slowly the other side takes them. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything received so far. */
  received(): Buffer;
  receivedBytes(): number;
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<void>;
  /** Leaves with FIN, or with RST. */
  leave(how: 'fin' | 'rst'): void;
  /** Stops reading until `resume`: the other side's bytes stay in the kernel. */
  pause(): void;
  resume(): void;
}

/** Connects to the host and port of `url`. `keep: false` counts what arrives without holding it. */
export async function connectRaw(url: string, options: { keep: boolean } = { keep: true }): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const pieces: Buffer[] = [];
  const closed = Promise.withResolvers<void>();
  let receivedBytes = 0;
  let drained: (() => void) | null = null;
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_socket, bytes) {
        receivedBytes += bytes.length;
        if (options.keep) pieces.push(bytes);
      },
      drain: () => drained?.(),
      close() {
        drained?.();
        closed.resolve();
      },
      error() {
        drained?.();
        closed.resolve();
      },
    },
  });
  return {
    async write(bytes) {
      // Nothing more is taken once the connection is closed: `write` says -1 then.
      let written = socket.write(bytes);
      for (let rest = bytes; written >= 0 && written < rest.length;) {
        rest = rest.subarray(written);
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
        written = socket.write(rest);
      }
    },
    received: () => Buffer.concat(pieces),
    receivedBytes: () => receivedBytes,
    closed: closed.promise,
    leave: (how) => {
      if (how === 'fin') socket.end();
      else socket.terminate();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
