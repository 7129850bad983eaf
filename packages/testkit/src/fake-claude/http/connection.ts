import { createBodyReader, type BodyReader } from './body-reader.ts';
import { createWire, type Wire, type WireSocket } from './wire.ts';
import { parseRequestHead, type RequestHead } from './request-head.ts';

/** One whole request as it came over the wire. */
export interface WireRequest {
  readonly head: RequestHead;
  readonly body: Buffer;
  /** Which request of its connection this is, from 1. */
  readonly ordinal: number;
  /** When its first byte arrived, in milliseconds of `performance.now()`. */
  readonly receivedAtMs: number;
}

/** Answers one request on `wire`; the connection takes its next request when the promise is done. */
export type Respond = (request: WireRequest, wire: Wire) => Promise<unknown> | undefined;

/** Parses the requests of one connection, one after the other, and hands each to `respond`. */
export interface Connection {
  receive(bytes: Buffer): void;
  drained(): void;
  closed(): void;
}

// A files upload may be 500 MB at Claude; tests need far less, and the fake must not take the machine down.
const bodyBytesMax = 256 * 1024 * 1024;
const headBytesMax = 256 * 1024;
const headEnd = Buffer.from('\r\n\r\n');
const continueLine = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

export function createConnection(socket: WireSocket, respond: Respond): Connection {
  const wire = createWire(socket);
  const reader = createRequestReader(() => void wire.send(continueLine));
  let busy = false;

  function answerNext(): void {
    const request = reader.take();
    if (request === 'broken') wire.reset();
    if (request === null || request === 'broken') return;
    busy = true;
    const answered = respond(request, wire);
    if (answered === undefined) goOn();
    else void goOnAfter(answered);
  }

  async function goOnAfter(answered: Promise<unknown>): Promise<void> {
    try {
      await answered;
    } catch (error) {
      // A bug of the fake must be seen, and must not look like an answer.
      console.error('fake Claude broke while answering', error);
      wire.reset();
      return;
    }
    goOn();
  }

  function goOn(): void {
    busy = false;
    if (!wire.isClosed()) answerNext();
  }

  return {
    receive(bytes) {
      reader.push(bytes);
      if (!busy) answerNext();
    },
    drained: () => wire.drained(),
    closed: () => wire.closed(),
  };
}

/** Cuts the bytes of a connection into requests; pipelined ones wait inside. */
function createRequestReader(onContinueExpected: () => void) {
  let unread: Buffer | null = null;
  let head: RequestHead | null = null;
  let body: BodyReader | null = null;
  let receivedAtMs: number | null = null;
  let ordinal = 0;

  /** Takes the head from the front of what is unread; false where it is not HTTP. */
  function readHead(bytes: Buffer): boolean {
    receivedAtMs ??= performance.now();
    const end = bytes.indexOf(headEnd);
    if (end === -1) return bytes.length < headBytesMax;
    head = parseRequestHead(bytes.toString('latin1', 0, end));
    if (head === null) return false;
    body = createBodyReader(head.framing);
    unread = bytes.subarray(end + headEnd.length);
    if (head.expectsContinue) onContinueExpected();
    return true;
  }

  return {
    push(bytes: Buffer): void {
      unread = unread === null ? bytes : Buffer.concat([unread, bytes]);
    },
    take(): WireRequest | null | 'broken' {
      if (unread === null) return null;
      if (body === null && !readHead(unread)) return 'broken';
      if (body === null || head === null) return null;
      unread = body.push(unread);
      if (body.bytes > bodyBytesMax) return 'broken';
      if (unread === null) return null;
      ordinal += 1;
      const request = { head, body: body.take(), ordinal, receivedAtMs: receivedAtMs ?? 0 };
      if (unread.length === 0) unread = null;
      head = null;
      body = null;
      receivedAtMs = null;
      return request;
    },
  };
}
