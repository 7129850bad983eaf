import { GatewayError } from '@nexus/contract';

export interface BodyBounds {
  readonly bytesMax: number;
  /** Told of each piece as it comes; what it throws ends the reading. */
  readonly onPiece?: (bytes: number) => void;
}

/** Reads a body as it comes, holding at most `bytesMax`; more is `body-too-large`. */
export async function readBoundedBody(
  stream: ReadableStream<Uint8Array>,
  { bytesMax, onPiece }: BodyBounds,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > bytesMax) throw new GatewayError('body-too-large', { detail: { bodyBytesMax: bytesMax } });
      onPiece?.(value.byteLength);
      pieces.push(value);
    }
  } catch (error) {
    await reader.cancel();
    throw error;
  }
  return join(pieces, bytes);
}

function join(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
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
