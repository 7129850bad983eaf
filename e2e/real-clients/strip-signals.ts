/** What a client says of itself that a proxy between it and the gateway may take away. */
export type Signals = 'all' | 'no headers' | 'none';

/** A proxy between a client and the gateway. */
export interface SignalStripper {
  readonly url: string;
  stop(): Promise<void>;
}

const SIGNAL_HEADERS = ['x-claude-code-session-id', 'x-claude-code-agent-id', 'x-claude-code-parent-agent-id'];
/** Those of one hop; the body is sent as it is, so its length is known anew. */
const HOP_HEADERS = ['host', 'connection', 'content-length'];

/** Passes everything on to `upstreamUrl` but the signals that are not `kept`; answers stream through untouched. */
export function startSignalStripper(upstreamUrl: string, kept: Signals): SignalStripper {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      for (const name of [...HOP_HEADERS, ...(kept === 'all' ? [] : SIGNAL_HEADERS)]) headers.delete(name);
      const body = request.method === 'POST' ? await request.text() : null;
      const answer = await fetch(upstreamUrl + pathname + search, {
        method: request.method,
        headers,
        body: body !== null && kept === 'none' ? withoutUserId(body) : body,
        decompress: false,
      });
      return new Response(answer.body, answer);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function withoutUserId(body: string): string {
  const parsed: unknown = JSON.parse(body);
  return JSON.stringify({ ...Object(parsed), metadata: undefined });
}
