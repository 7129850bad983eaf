import { expect, test } from 'bun:test';
import { array, assert, nat, property } from 'fast-check';
import { type PendingUpdate, packUpdates } from './pack-updates.ts';
import { readUpdates } from './read-updates.ts';
import type { ByteSpan } from './thread-messages.ts';

test('every body and piece is found again where its span says, whatever the sizes', () => {
  assert(
    property(array(array(nat(150_000), { maxLength: 4 }), { maxLength: 4 }), (sizes) => {
      const pending = sizes.map(([bodySize = 0, ...pieceSizes], index) =>
        createPending(
          fill(bodySize, index),
          pieceSizes.map((size) => fill(size, index + size)),
        ),
      );
      const expected = pending.map(({ body, pieces }) => [body, ...pieces.map(({ bytes }) => bytes)].map(toHash));
      const packed = packUpdates(pending);
      const { buffers } = packed;
      const found = readUpdates(packed).map(({ body, pieces }) =>
        [body, ...pieces.map(({ span }) => span)].map((span) => toHash(read(span, buffers))),
      );
      expect(found).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('a body that the data plane still uses is never handed over', () => {
  const body = fill(100_000, 1);
  const { buffers } = packUpdates([{ ...createPending(body, []), isBodyOurs: false }]);
  expect(buffers).not.toContain(body.buffer);
});

test('two pieces of one buffer are copied, since a buffer can be handed over once only', () => {
  const buffer = fill(200_000, 3);
  const pieces = [buffer.subarray(0, 100_000), buffer.subarray(100_000), buffer];
  const { buffers } = packUpdates([createPending(new Uint8Array(0), [...pieces, buffer])]);
  structuredClone(0, { transfer: [...buffers] });
  expect(buffers.filter((candidate) => candidate === buffer.buffer)).toHaveLength(1);
});

function createPending(body: Uint8Array, pieces: readonly Uint8Array[]): PendingUpdate {
  return {
    requestId: 'id',
    record: null,
    ended: true,
    body,
    isBodyOurs: true,
    isPayloadDropped: false,
    isTorn: false,
    pieces: pieces.map((bytes, atMs) => ({ atMs, length: bytes.byteLength, bytes })),
  };
}

function fill(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index += 97) bytes[index] = (index + seed) % 251;
  return bytes;
}

function read(span: ByteSpan | null, buffers: readonly ArrayBuffer[]): Uint8Array | null {
  return span === null ? null : new Uint8Array(buffers[span[0]] ?? new ArrayBuffer(0), span[1], span[2]);
}

function toHash(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : `${bytes.byteLength} ${Bun.hash(bytes)}`;
}
