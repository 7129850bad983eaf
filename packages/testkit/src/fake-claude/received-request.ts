import type { WireRequest } from './http/connection.ts';
import { findHeader, type HeaderPairs } from './http/request-head.ts';

/** One request that the fake got, for assertions. Times are milliseconds of `performance.now()` in its process. */
export interface ReceivedRequest {
  readonly ordinal: number;
  readonly method: string;
  /** Path and query as they stood on the request line. */
  readonly target: string;
  readonly path: string;
  /** Headers in wire order, in their letter case, with duplicates. */
  readonly headers: HeaderPairs;
  readonly body: Buffer;
  readonly receivedAtMs: number;
  /** `request-id` of the answer. */
  readonly requestId: string;
  /** Null while the answer is in flight. */
  readonly outcome: 'answered' | 'aborted' | null;
  readonly status: number | null;
  readonly firstByteAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Body bytes that left the fake. */
  readonly sentBytes: number;
  header(name: string): string | null;
  bodySha256(): string;
  /** The parsed body; undefined where it is not JSON. */
  json(): unknown;
}

/** The fake's own, writable view. */
export type OpenRequest = { -readonly [K in keyof ReceivedRequest]: ReceivedRequest[K] };

export function createReceivedRequest(request: WireRequest, ordinal: number, requestId: string): OpenRequest {
  const { head, body } = request;
  return {
    ordinal,
    method: head.method,
    target: head.target,
    path: toPath(head.target),
    headers: head.headers,
    body,
    receivedAtMs: request.receivedAtMs,
    requestId,
    outcome: null,
    status: null,
    firstByteAtMs: null,
    endedAtMs: null,
    sentBytes: 0,
    header: (name) => findHeader(head.headers, name.toLowerCase()),
    bodySha256: () => new Bun.CryptoHasher('sha256').update(body).digest('hex'),
    json: () => parseJson(body),
  };
}

/** What `GET /_fake/requests` shows of a request: everything but the body itself. */
export function toRequestView(request: ReceivedRequest): Readonly<Record<string, unknown>> {
  const facts = Object.fromEntries(
    Object.entries(request).filter(([name, value]) => name !== 'body' && typeof value !== 'function'),
  );
  return { ...facts, bodyBytes: request.body.length, bodySha256: request.bodySha256() };
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The path of a request target, which may be absolute-form. */
function toPath(target: string): string {
  const path = target.startsWith('/') ? target : new URL(target).pathname;
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}
