import { toGatewayError, toRefusal } from './proxy/refusal.ts';
import { UPLOAD_BYTES_MAX } from './proxy/receive.ts';
import { toBaseUrl } from './to-base-url.ts';

/** A listening port. */
export interface Listener {
  readonly port: number;
  /** `http://host:port`, with a host that a client on this machine can use. */
  readonly url: string;
  /** Takes no new connections; resolves when the last answer is sent. */
  stop(): Promise<void>;
  /** Closes every connection now. */
  destroy(): Promise<void>;
}

export type ServerOf = Bun.Server<undefined>;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Name of the setting to change when the port is taken. */
  readonly setting: string;
  readonly fetch: (request: Request, server: ServerOf) => Promise<Response> | Response;
  readonly onError: (error: unknown) => void;
  readonly newId: () => string;
  /** Seconds a connection may be silent while it sends a request; answers are bounded by the pipeline's own deadlines. */
  readonly idleSeconds?: number;
  /** PEM texts; absent, the port speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const IDLE_SECONDS = 120;

/** @throws {Error} with a sentence for the operator where the port cannot be had. */
export function listen(options: ListenOptions): Listener {
  const server = startServer(options);
  const port = server.port ?? options.port;
  return {
    port,
    url: toBaseUrl(port, { host: options.host, nameWhereAny: 'localhost' }),
    stop: () => server.stop(),
    destroy: () => server.stop(true),
  };
}

function startServer(options: ListenOptions): ServerOf {
  try {
    return Bun.serve({
      hostname: options.host,
      port: options.port,
      development: false,
      // Said aloud, because without `development` Bun 1.4.5 shares a port by itself: a second gateway would then start
      // without a word and take half of the callers.
      reusePort: false,
      ...(options.tls === undefined ? {} : { tls: { ...options.tls } }),
      idleTimeout: options.idleSeconds ?? IDLE_SECONDS,
      // The pipeline refuses large bodies itself, in the caller's dialect; this is the last resort behind it.
      maxRequestBodySize: UPLOAD_BYTES_MAX + 1_048_576,
      fetch: options.fetch,
      error: (error) => {
        options.onError(error);
        return toRefusal(toGatewayError(error), options.newId());
      },
    });
  } catch (cause) {
    throw new Error(toListenProblem(options, cause), { cause });
  }
}

/** Why a port cannot be had, as a sentence for the operator. */
export function toListenProblem(
  { host, port, setting }: Pick<ListenOptions, 'host' | 'port' | 'setting'>,
  cause: unknown,
): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken. Stop what uses it, or choose another by ${setting}.`;
  if (code === 'EACCES')
    return `Port ${port} on ${host} may not be used by this account. Choose another by ${setting}.`;
  return `Cannot listen on ${host}:${port} (${setting}, HOST): ${cause instanceof Error ? cause.message : String(cause)}`;
}
