import { expect, test } from 'bun:test';
import { assert, property, uint8Array } from 'fast-check';
import { CODECS, packBytes, unpackBytes } from './codec.ts';

test('bytes come back, and never take more than they are', () => {
  assert(
    property(uint8Array({ maxLength: 2_000 }), (bytes) => {
      const packed = packBytes(bytes);
      expect(packed.data.byteLength).toBeLessThanOrEqual(bytes.byteLength);
      expect(unpackBytes(packed).equals(Buffer.from(bytes))).toBe(true);
    }),
  );
  expect(packBytes(Buffer.alloc(1_000, 'a')).codec).toBe(CODECS.zstd);
});

test('a broken frame and a codec of a later version are told as damage', () => {
  const packed = packBytes(Buffer.alloc(1_000, 'a'));
  const broken = { codec: packed.codec, data: packed.data.subarray(0, 10) };
  expect(() => unpackBytes(broken)).toThrow(expect.objectContaining({ code: 'body-damaged' }));
  expect(() => unpackBytes({ ...packed, codec: 99 })).toThrow(/unknown codec 99/);
});
