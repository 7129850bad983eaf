import { findSessionId, scanTopLevel } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type Exchange, enterPhase } from './exchange.ts';
import { isBodilessMethod, readBoundedBody } from './read-bounded-body.ts';

/** A request whose body we hold, or whose upload we pass on as it comes. */
export interface Received {
  readonly phase: 'received';
  readonly body: RequestBody;
}

export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Too large to hold: passed on unbuffered and recorded without its bytes. `bytes` is the declared length, if any. */
  | { readonly kind: 'upload'; readonly stream: ReadableStream<Uint8Array>; readonly bytes: number | null };

/** Files may be larger than messages: Claude takes 500 MB a file (platform.claude.com, "Files API"). */
export const UPLOAD_BYTES_MAX = 524_288_000;

/**
 * Bodies that are on their way in, of all callers together: most of them nobody has asked for a key yet. `bytes` counts
 * what they declared, or the most they may have where they declared nothing.
 */
export interface Receipt {
  bytes: number;
  readonly bytesMax: number;
}

/** As many of the largest bodies may be on their way in at once; of ordinary ones, thousands. */
const LARGEST_BODIES_MAX = 8;

export function createReceipt(bodyBytesMax: number): Receipt {
  return { bytes: 0, bytesMax: LARGEST_BODIES_MAX * bodyBytesMax };
}

export interface ReceiveParts {
  readonly bodyBytesMax: number;
  readonly receipt: Receipt;
}

/** Reads the request within its bound and finds what routing needs, without parsing the body. */
export async function receive(exchange: Exchange, request: Request, parts: ReceiveParts): Promise<Received> {
  enterPhase(exchange, 'receive');
  exchange.sessionId = findSessionId(exchange.headers.get('x-claude-code-session-id'), null);
  if (exchange.sessionId !== null) exchange.affinityKey = `session:${exchange.sessionId}`;
  const body = await readBody(exchange, request, parts);
  if (body.kind === 'bytes') {
    exchange.requestBody = body.bytes;
    exchange.requestBytes = body.bytes.byteLength;
  }
  if (isMessagesCall(exchange)) scanMessagesBody(exchange, body);
  return { phase: 'received', body };
}

async function readBody(
  exchange: Exchange,
  request: Request,
  { bodyBytesMax, receipt }: ReceiveParts,
): Promise<RequestBody> {
  const declared = findDeclaredLength(exchange.headers);
  if (request.body === null || (isBodilessMethod(exchange.method) && declared === null)) return { kind: 'none' };
  if (isUpload(exchange) && (declared === null || declared > bodyBytesMax)) {
    if (declared !== null && declared > UPLOAD_BYTES_MAX) throw new GatewayError('body-too-large');
    exchange.requestBytes = declared ?? 0;
    return { kind: 'upload', stream: request.body, bytes: declared };
  }
  if (declared !== null && declared > bodyBytesMax) {
    throw new GatewayError('body-too-large', { detail: { declaredBytes: declared, bodyBytesMax } });
  }
  const claim = declared ?? bodyBytesMax;
  if (receipt.bytes + claim > receipt.bytesMax) {
    throw new GatewayError('limit-reached', {
      detail: { receivingBytes: receipt.bytes, receiptBytesMax: receipt.bytesMax },
    });
  }
  receipt.bytes += claim;
  try {
    // A declared length within the bound is enforced by the server; without one we count while reading.
    const reading = declared === null ? readBoundedBody(request.body, bodyBytesMax) : request.bytes();
    const bytes = await untilStopped(exchange, reading);
    return bytes.byteLength === 0 ? { kind: 'none' } : { kind: 'bytes', bytes };
  } finally {
    receipt.bytes -= claim;
    exchange.onStop = null;
  }
}

/** A body that drips in for ever is given up when the exchange as a whole has had its time. */
function untilStopped<T>(exchange: Exchange, reading: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  exchange.onStop = () =>
    reject(new GatewayError('body-malformed', { publicMessage: 'The body did not come in time.' }));
  reading.then(resolve, reject);
  return promise;
}

function scanMessagesBody(exchange: Exchange, body: RequestBody): void {
  if (body.kind !== 'bytes') throw new GatewayError('body-missing');
  const encoding = exchange.headers.get('content-encoding');
  // An encoded request is the upstream's to read; decoding it here would put unbounded work on this thread.
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return;
  const scan = scanTopLevel(body.bytes);
  if (!scan.ok) {
    const detail = { problem: scan.problem, offset: scan.offset };
    if (scan.field === null) throw new GatewayError('body-malformed', { detail });
    throw new GatewayError('field-invalid', { detail, publicMessage: `\`${scan.field}\`: ${scan.problem}` });
  }
  exchange.model = scan.model;
  exchange.stream = scan.stream;
  exchange.sessionId ??= findSessionId(null, scan.metadataUserId);
  exchange.affinityKey =
    exchange.sessionId === null ? `opening:${Bun.hash(scan.opening).toString(16)}` : `session:${exchange.sessionId}`;
}

function isMessagesCall(exchange: Exchange): boolean {
  if (exchange.method !== 'POST') return false;
  return exchange.path === '/v1/messages' || exchange.path === '/v1/messages/count_tokens';
}

function isUpload(exchange: Exchange): boolean {
  return exchange.path === '/v1/files' || exchange.path.startsWith('/v1/files/');
}

function findDeclaredLength(headers: Headers): number | null {
  const value = headers.get('content-length');
  return value === null ? null : Number(value);
}
