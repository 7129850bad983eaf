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

/** Bodies that are on their way in, of all callers together, so that no number of them can fill the memory. */
export interface Receipt {
  /** What ordinary bodies declared. */
  ordinaryBytes: number;
  /** What has come of larger ones so far: who only promises takes nothing from anybody. */
  largeBytes: number;
  /** Of either. */
  readonly bytesMax: number;
}

/** As many of the largest bodies may be on their way in at once; of ordinary ones, a thousand and more. */
const LARGEST_BODIES_MAX = 8;

export function createReceipt(bodyBytesMax: number): Receipt {
  return { ordinaryBytes: 0, largeBytes: 0, bytesMax: LARGEST_BODIES_MAX * bodyBytesMax };
}

export interface ReceiveParts {
  readonly bodyBytesMax: number;
  /** Longest wait for the next byte of a body. */
  readonly bodyTimeoutMs: number;
  readonly receipt: Receipt;
  /** Throws where the head alone tells that this caller will be refused. */
  readonly refuseStranger: () => void;
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

/** Up to this a body is taken whole by the server; it makes room for as much beforehand anyway. */
const ORDINARY_BYTES_MAX = 262_144;
/** The slowest at which an ordinary body may come. */
const ORDINARY_BYTES_PER_MS = 4;

async function readBody(exchange: Exchange, request: Request, parts: ReceiveParts): Promise<RequestBody> {
  const { bodyBytesMax } = parts;
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
  try {
    const isOrdinary = declared !== null && declared <= ORDINARY_BYTES_MAX;
    const bytes = await (isOrdinary
      ? readOrdinary(exchange, request, { ...parts, declared })
      : readLarge(exchange, request.body, parts));
    return bytes.byteLength === 0 ? { kind: 'none' } : { kind: 'bytes', bytes };
  } finally {
    exchange.bodyDueMs = Number.POSITIVE_INFINITY;
    exchange.onStop = null;
  }
}

/** The server takes it, and enforces its length; how much of it is there cannot be seen until it is whole. */
async function readOrdinary(
  exchange: Exchange,
  request: Request,
  { receipt, bodyTimeoutMs, declared }: ReceiveParts & { readonly declared: number },
): Promise<Uint8Array> {
  claim(receipt, 'ordinaryBytes', declared);
  exchange.bodyDueMs = bodyTimeoutMs + declared / ORDINARY_BYTES_PER_MS;
  try {
    return await untilStopped(exchange, request.bytes());
  } finally {
    receipt.ordinaryBytes -= declared;
  }
}

/** Read piece by piece, so that it counts by what has come, and may take as long as something comes. */
async function readLarge(
  exchange: Exchange,
  stream: ReadableStream<Uint8Array>,
  { receipt, bodyTimeoutMs, bodyBytesMax, refuseStranger }: ReceiveParts,
): Promise<Uint8Array> {
  refuseStranger();
  let heldBytes = 0;
  let isOver = false;
  exchange.bodyDueMs = bodyTimeoutMs;
  const onPiece = (bytes: number): void => {
    if (isOver) throw toStopError(exchange);
    claim(receipt, 'largeBytes', bytes);
    heldBytes += bytes;
    exchange.bodyDueMs = exchange.elapsedMs() + bodyTimeoutMs;
  };
  try {
    return await untilStopped(exchange, readBoundedBody(stream, { bytesMax: bodyBytesMax, onPiece }));
  } finally {
    isOver = true;
    receipt.largeBytes -= heldBytes;
  }
}

function claim(receipt: Receipt, kind: 'ordinaryBytes' | 'largeBytes', bytes: number): void {
  if (receipt[kind] + bytes > receipt.bytesMax) {
    throw new GatewayError('limit-reached', {
      detail: { receivingBytes: receipt[kind], receiptBytesMax: receipt.bytesMax },
    });
  }
  receipt[kind] += bytes;
}

/** A body that stops coming is given up. */
function untilStopped<T>(exchange: Exchange, reading: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  exchange.onStop = () => reject(toStopError(exchange));
  reading.then(resolve, reject);
  return promise;
}

function toStopError({ stoppedBy, headers }: Exchange): GatewayError {
  if (stoppedBy === 'closing') return new GatewayError('shutting-down');
  return new GatewayError('body-unfinished', { detail: { declaredBytes: findDeclaredLength(headers) } });
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
