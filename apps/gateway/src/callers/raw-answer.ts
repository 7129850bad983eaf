import { STATUS_CODES } from 'node:http';

/** A short answer as bytes of HTTP/1.1, for a connection that is closed behind it. */
export async function toRawAnswer(response: Response): Promise<Uint8Array> {
  const body = await response.bytes();
  const { status } = response;
  const headers = new Headers(response.headers);
  headers.set('content-length', `${body.byteLength}`);
  headers.set('connection', 'close');
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`),
    body,
  ]);
}

/**
 * The status by which `Bun.serve` (1.4.5) refuses what it cannot read; null for every other answer. Those have no headers but
 * `Connection`, and no answer of ours has so few.
 */
export function findBareRefusal(bytes: Uint8Array): number | null {
  if (bytes.byteLength > BARE_BYTES_MAX) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const [, status] = /^HTTP\/1\.1 ([45]\d\d) [\w ]+\r\nConnection: close\r\n\r\n$/.exec(text) ?? [];
  return status === undefined ? null : Number(status);
}

const BARE_BYTES_MAX = 128;
