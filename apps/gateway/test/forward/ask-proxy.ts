import { connect } from 'node:net';
import { waitFor } from '../support/wait-for.ts';

/** What a connection gave back until it was closed. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const WAIT_MS = 10_000;

/** Writes `text` to a port as it stands and reads until the other side closes, or until `isEnough`. */
export function askRaw(url: string, text: string, isEnough?: (soFar: string) => boolean): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const socket = connect({ host: hostname, port: Number(port) });
  let said = '';
  const end = (): void => {
    socket.destroy();
    const split = said.indexOf('\r\n\r\n');
    const head = split === -1 ? said : said.slice(0, split);
    resolve({
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
      head,
      body: split === -1 ? '' : said.slice(split + 4),
    });
  };
  socket.setTimeout(WAIT_MS, () => {
    socket.destroy();
    reject(new Error(`no end within ${WAIT_MS} ms after: ${said}`));
  });
  socket.on('error', reject);
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
    if (isEnough?.(said) === true) end();
  });
  socket.once('close', end);
  socket.once('connect', () => socket.write(text));
  return promise;
}

/** Writes `good` on a connection, and `behind` once its answer has come; gives what came after that until the end. */
export async function askBehind(url: string, good: string, behind: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let said = '';
  let isClosed = false;
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  socket.once('close', () => (isClosed = true));
  socket.write(good);
  await waitFor('an answer', () => said.includes('"type":"message"'));
  const before = said.length;
  socket.write(behind);
  await waitFor('the end', () => isClosed);
  return said.slice(before);
}

/** A messages request with its target in absolute form. */
export function toAbsoluteRequest(
  target: string,
  {
    headers = {},
    body = MESSAGE,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
): string {
  const lines = Object.entries({
    Host: /^\w+:\/\/([^/]*)/.exec(target)?.[1] ?? 'nobody',
    'Content-Type': 'application/json',
    'Anthropic-Version': '2023-06-01',
    'Content-Length': `${Buffer.byteLength(body)}`,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

export const MESSAGE = JSON.stringify({
  model: 'fake-text',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Say something.' }],
});

export function toBasic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/** The bytes of a body, also where it came in chunks. */
export function toWholeBody({ head, body }: RawAnswer): Buffer {
  if (!/^transfer-encoding: chunked/im.test(head)) return Buffer.from(body, 'latin1');
  let rest = body;
  let whole = '';
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, lineEnd), 16);
    if (lineEnd === -1 || !(size > 0)) return Buffer.from(whole, 'latin1');
    whole += rest.slice(lineEnd + 2, lineEnd + 2 + size);
    rest = rest.slice(lineEnd + 2 + size + 2);
  }
}
