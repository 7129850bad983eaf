import { GatewayError } from '@nexus/contract';

/** Reads a body without a declared length, holding at most `bytesMax`; more is `body-too-large`. */
export async function readBoundedBody(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw new GatewayError('body-too-large', { detail: { bodyBytesMax: bytesMax } });
    }
    pieces.push(value);
  }
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.byteLength;
  }
  return whole;
}

/** Methods that carry no body unless the caller declared one. */
export function isBodilessMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
