import { type Socket, connect } from 'node:net';

/** What one exchange took, in milliseconds since its first byte was sent. */
export interface Timed {
  readonly firstTokenMs: number;
  readonly endMs: number;
}

/** One kept-alive connection that sends one request after the other, read as bytes so that the client weighs little. */
export interface RawClient {
  exchange(request: Buffer): Promise<Timed>;
  close(): void;
}

const TOKEN = Buffer.from('content_block_delta');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

export async function openRawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const opened = Promise.withResolvers<undefined>();
  socket.once('connect', () => opened.resolve(undefined));
  socket.once('error', opened.reject);
  await opened.promise;
  return { exchange: (request) => exchange(socket, request), close: () => socket.destroy() };
}

/** The bytes of a `POST /v1/messages` with `body`. */
export function toRequestBytes(url: string, body: Uint8Array): Buffer {
  const lines = [
    'POST /v1/messages HTTP/1.1',
    `host: ${new URL(url).host}`,
    'content-type: application/json',
    'anthropic-version: 2023-06-01',
    'x-api-key: sk-ant-api03-key-of-the-bench',
    `content-length: ${body.byteLength}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

function exchange(socket: Socket, request: Buffer): Promise<Timed> {
  const { promise, resolve, reject } = Promise.withResolvers<Timed>();
  let seen = Buffer.alloc(0);
  let firstTokenMs = Number.NaN;
  const startMs = performance.now();
  const finish = (): void => {
    socket.off('data', read);
    socket.off('close', fail);
  };
  const read = (piece: Buffer): void => {
    seen = Buffer.concat([seen, piece]);
    if (Number.isNaN(firstTokenMs) && seen.includes(TOKEN)) firstTokenMs = performance.now() - startMs;
    if (!isWhole(seen)) return;
    finish();
    const endMs = performance.now() - startMs;
    resolve({ firstTokenMs: Number.isNaN(firstTokenMs) ? endMs : firstTokenMs, endMs });
  };
  const fail = (): void => {
    finish();
    reject(new Error('the connection closed in the middle of an exchange'));
  };
  socket.on('data', read);
  socket.on('close', fail);
  socket.write(request);
  return promise;
}

function isWhole(seen: Buffer): boolean {
  const headEnd = seen.indexOf(HEAD_END);
  if (headEnd === -1) return false;
  const head = seen.toString('latin1', 0, headEnd).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) return seen.byteLength >= headEnd + HEAD_END.byteLength + Number(length);
  return seen.subarray(-LAST_CHUNK.byteLength).equals(LAST_CHUNK);
}
