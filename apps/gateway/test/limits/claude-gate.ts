/** A gate before a fake Claude: calls reach it, and some answers wait here until the test lets them go. */
export interface ClaudeGate {
  readonly url: string;
  /** How many answers wait. */
  readonly held: number;
  /** Keeps the next answers, so many at once; all others pass. */
  hold(count: number): void;
  /** Lets some of the answers that wait go, and keeps no others in their place. */
  release(count: number): void;
  close(): Promise<void>;
}

export function createClaudeGate(upstreamUrl: string): ClaudeGate {
  const waiting: (() => void)[] = [];
  let heldMax = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const answer = await fetch(`${upstreamUrl}${pathname}${search}`, {
        method,
        headers,
        body: await request.bytes(),
      });
      const body = await answer.bytes();
      if (waiting.length < heldMax) await new Promise<void>((resolve) => waiting.push(resolve));
      return new Response(body, { status: answer.status, headers: answer.headers });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    get held() {
      return waiting.length;
    },
    hold: (count) => {
      heldMax = count;
    },
    release: (count) => {
      heldMax = Math.max(0, heldMax - count);
      for (const pass of waiting.splice(0, count)) pass();
    },
    close: async () => {
      for (const pass of waiting.splice(0)) pass();
      await server.stop(true);
    },
  };
}
