import type { CollectedPoint, CollectedSpan } from './collected.ts';
import { readPoints, readSpans } from './read-protobuf.ts';

/** A collector on a port of loopback that reads OTLP in protobuf by itself, and keeps what it is sent. */
export interface OtlpCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Of each post anew: metrics are told as sums since the start. */
  readonly points: readonly CollectedPoint[];
  /** Every post as it came. */
  readonly posts: readonly CollectedPost[];
  /** What it answers from now on. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
  stop(): Promise<void>;
}

export interface CollectedPost {
  readonly path: string;
  readonly headers: Headers;
  /** Decompressed. */
  readonly body: Uint8Array;
}

interface CollectorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts that are kept. */
const POSTS_MAX = 10_000;

export function startOtlpCollector(): OtlpCollector {
  const spans: CollectedSpan[] = [];
  const points: CollectedPoint[] = [];
  const posts: CollectedPost[] = [];
  let answer: CollectorAnswer = { status: 200, headers: {} };
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      const sent = new Uint8Array(await request.arrayBuffer());
      const body = request.headers.get('content-encoding') === 'gzip' ? Bun.gunzipSync(sent) : sent;
      if (posts.length < POSTS_MAX) posts.push({ path, headers: request.headers, body });
      if (answer.status === 200 && isProtobuf(request.headers)) {
        if (path.endsWith('/traces')) spans.push(...readSpans(body));
        if (path.endsWith('/metrics')) points.push(...readPoints(body));
      }
      return new Response(null, { status: answer.status, headers: { ...answer.headers } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans,
    points,
    posts,
    answer: (status, headers = {}) => {
      answer = { status, headers };
    },
    stop: () => server.stop(true),
  };
}

function isProtobuf(headers: Headers): boolean {
  return headers.get('content-type') === 'application/x-protobuf';
}
