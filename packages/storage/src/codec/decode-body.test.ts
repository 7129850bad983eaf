import { describe, expect, test } from 'bun:test';
import { brotliCompressSync, constants, createZstdCompress, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { decodeBody } from './decode-body.ts';

/** Does not compress well, so that a part of the coded bytes holds a part of the text. */
const text = Array.from({ length: 20_000 }, (_, line) => `event ${line} ${Bun.hash(String(line)).toString(36)}\n`).join(
  '',
);
const plain = new TextEncoder().encode(text);

const CODERS: readonly [name: string, encoding: string, encode: (bytes: Uint8Array) => Uint8Array][] = [
  ['gzip', 'gzip', (bytes) => gzipSync(bytes)],
  ['deflate', 'deflate', (bytes) => deflateSync(bytes)],
  ['deflate without its wrapper', 'deflate', (bytes) => deflateRawSync(bytes)],
  ['br', 'br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ['zstd', 'zstd', (bytes) => Bun.zstdCompressSync(bytes)],
  ['two codings', 'gzip, zstd', (bytes) => Bun.zstdCompressSync(gzipSync(bytes))],
];

describe.each(CODERS)('a body in %s', (_name, encoding, encode) => {
  const coded = encode(plain);

  test('is read whole', () => {
    expect(sameBytes(decodeBody(coded, encoding), plain)).toBe(true);
  });

  test('that was cut is read as far as it came', () => {
    const decoded = decodeBody(coded.subarray(0, Math.floor(coded.byteLength * 0.9)), encoding) ?? new Uint8Array();
    expect(decoded.byteLength).toBeGreaterThan(plain.byteLength / 2);
    expect(decoded.byteLength).toBeLessThan(plain.byteLength);
    expect(sameBytes(decoded, plain.subarray(0, decoded.byteLength))).toBe(true);
  });

  test('of which nothing can be read yet is not taken for an empty one', () => {
    expect(decodeBody(coded.subarray(0, 4), encoding)).toBeNull();
  });

  test('that is not what its name says is not read', () => {
    expect(decodeBody(new TextEncoder().encode('plain words, longer than any head'), encoding)).toBeNull();
  });
});

test('of a zstd answer that the server flushed after each event, every event before the cut is read', async () => {
  const coded = await flushEach(['event: a\n\n', 'event: b\n\n', 'event: c\n\n']);
  const [first, second] = coded;
  const decoded = decodeBody(Buffer.concat([first ?? [], second ?? []].map((part) => Buffer.from(part))), 'zstd');
  expect(new TextDecoder().decode(decoded ?? undefined)).toBe('event: a\n\nevent: b\n\n');
});

test('no bytes are an empty body in every encoding', () => {
  for (const [, encoding] of CODERS) expect(decodeBody(new Uint8Array(), encoding)).toEqual(new Uint8Array());
});

test('an encoding that nobody knows is not read', () => {
  expect(decodeBody(plain, 'rot13')).toBeNull();
});

/** The coded bytes of each part, flushed as a server of events does. */
async function flushEach(parts: readonly string[]): Promise<Uint8Array[]> {
  const coder = createZstdCompress();
  const coded: Uint8Array[] = [];
  for (const part of parts) {
    const pieces: Buffer[] = [];
    const collect = (piece: Buffer) => void pieces.push(piece);
    coder.on('data', collect);
    coder.write(part);
    const { promise, resolve } = Promise.withResolvers<void>();
    coder.flush(constants.ZSTD_e_flush, resolve);
    await promise;
    coder.off('data', collect);
    coded.push(Buffer.concat(pieces));
  }
  return coded;
}

/** A failed comparison of long bytes must not print them. */
function sameBytes(left: Uint8Array | null, right: Uint8Array): boolean {
  return left !== null && Buffer.compare(left, right) === 0;
}
