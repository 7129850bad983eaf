import type { ExchangeRecord, RecordedPiece } from './recorder.ts';
import type { ByteSpan, ExchangeUpdate, SentBatch, SentPiece } from './thread-messages.ts';

/** What is gathered of one exchange between two flushes. */
export interface PendingUpdate {
  readonly requestId: string;
  /** The JSON of its last word. A function where the exchange goes on: its record is then made when it is packed. */
  record: string | (() => ExchangeRecord) | null;
  ended: boolean;
  body: Uint8Array | null;
  /** False while the caller still uses the body, which must then be copied. */
  isBodyOurs: boolean;
  isPayloadDropped: boolean;
  /** Pieces that were sent before went down with a worker. */
  isTorn: boolean;
  readonly pieces: { readonly atMs: number; readonly length: number; readonly bytes: Uint8Array | null }[];
}

/** See `readUpdates`. */
export type PackedUpdates = Pick<SentBatch, 'updates' | 'records' | 'buffers'>;

/** From here on handing a buffer over (9 µs) is cheaper than copying it (9 µs for 64 KB); Bun 1.4.5, this machine. */
const TRANSFER_BYTES_MIN = 64 * 1024;

/**
 * Lays the bytes of all updates into as few buffers as is cheap: small ones are copied side by side into one, large ones
 * that we own as a whole are handed over. The bytes of `pending` must not be used afterwards.
 */
export function packUpdates(pending: Iterable<PendingUpdate>): PackedUpdates {
  const all = [...pending];
  const packer = createPacker(all);
  const updates = all.map((update): Omit<ExchangeUpdate, 'record'> => {
    const body = update.body === null ? null : packer.place(update.body, update.isBodyOurs);
    const pieces = update.pieces.map(({ atMs, length, bytes }): SentPiece => {
      return { atMs, length, span: bytes === null ? null : packer.place(bytes, true) };
    });
    const { requestId, ended, isPayloadDropped, isTorn } = update;
    return { requestId, ended, body, isPayloadDropped, isTorn, pieces };
  });
  const records = all.map(({ record }) => (typeof record === 'function' ? JSON.stringify(record()) : record));
  return { updates: JSON.stringify(updates), records, buffers: packer.buffers };
}

function createPacker(all: readonly PendingUpdate[]): {
  readonly buffers: readonly ArrayBuffer[];
  place(bytes: Uint8Array, isOurs: boolean): ByteSpan;
} {
  const shared = new Uint8Array(sumSmallBytes(all));
  const buffers: ArrayBuffer[] = [shared.buffer];
  const handedOver = new Set<ArrayBufferLike>();
  let used = 0;
  return {
    buffers,
    place(bytes, isOurs) {
      if (bytes.byteLength < TRANSFER_BYTES_MIN) {
        const span = [0, used, bytes.byteLength] as const;
        shared.set(bytes, used);
        used += bytes.byteLength;
        return span;
      }
      const whole = isOurs ? findWholeBuffer(bytes, handedOver) : null;
      const buffer = whole ?? bytes.slice().buffer;
      handedOver.add(buffer);
      buffers.push(buffer);
      return [buffers.length - 1, 0, bytes.byteLength];
    },
  };
}

function sumSmallBytes(all: readonly PendingUpdate[]): number {
  let sum = 0;
  const add = (bytes: Uint8Array | null): void => {
    if (bytes !== null && bytes.byteLength < TRANSFER_BYTES_MIN) sum += bytes.byteLength;
  };
  for (const update of all) {
    add(update.body);
    for (const piece of update.pieces) add(piece.bytes);
  }
  return sum;
}

/** The buffer of `bytes` where they fill it and nobody else was given it; else handing it over would take more along. */
function findWholeBuffer(bytes: Uint8Array, handedOver: ReadonlySet<ArrayBufferLike>): ArrayBuffer | null {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || handedOver.has(buffer)) return null;
  return bytes.byteOffset === 0 && bytes.byteLength === buffer.byteLength ? buffer : null;
}

/** What a piece weighs in the queue: its bytes and its place in the lists. */
export function toPendingPiece(piece: RecordedPiece, isKept: boolean): PendingUpdate['pieces'][number] {
  return { atMs: piece.atMs, length: piece.bytes.byteLength, bytes: isKept ? piece.bytes : null };
}
