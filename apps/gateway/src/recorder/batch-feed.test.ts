import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createBatchFeed } from './batch-feed.ts';

const COUNT = 400;
const RESULTS = Buffer.from(
  Array.from({ length: COUNT }, (_, at) => {
    const usage = { input_tokens: at, output_tokens: at % 7 };
    const message = { id: `msg_${at}`, model: 'claude-sonnet-4-5', content: [{ type: 'text', text: `${at}…` }], usage };
    return `${JSON.stringify({ custom_id: `${at}`, result: { type: 'succeeded', message } })}\n`;
  }).join(''),
);

const ENCODINGS: readonly (readonly [name: string | null, bytes: Buffer])[] = [
  [null, RESULTS],
  ['identity', RESULTS],
  ['gzip', gzipSync(RESULTS)],
  ['deflate', deflateSync(RESULTS)],
  ['br', brotliCompressSync(RESULTS)],
  ['zstd', zstdCompressSync(RESULTS)],
];

function feedIn(bytes: Uint8Array, step: number) {
  const feed = createBatchFeed();
  for (let at = 0; at < bytes.length; at += step) feed.add(bytes.subarray(at, at + step));
  return feed;
}

test.each([...ENCODINGS])('results packed as %p are read as they pass, in whatever pieces', async (name, bytes) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 3, max: bytes.length }), async (step) => {
      const read = await feedIn(bytes, step).end(name, bytes.length);
      expect(read?.tally).toEqual({ succeeded: COUNT, unbilled: 0, unread: 0, isWhole: true });
      expect(read?.messages.map(({ usage }) => usage.inputTokens)).toEqual(
        Array.from({ length: COUNT }, (_, at) => at),
      );
    }),
    { numRuns: 20 },
  );
});

test.each([...ENCODINGS])('of results packed as %p that end too early, what came is counted', async (name, bytes) => {
  const part = bytes.subarray(0, Math.floor(bytes.length / 2));
  const read = await feedIn(part, 1_000).end(name, part.length);
  const succeeded = read?.tally.succeeded ?? 0;
  expect(read?.tally).toEqual({ succeeded, unbilled: 0, unread: 0, isWhole: false });
  expect(succeeded).toBeLessThan(COUNT);
  // What zlib and brotli have not given out yet is less than a block of theirs.
  if (name === null) expect(succeeded).toBeGreaterThan(COUNT / 3);
});

test('behind a gap nothing is read, since halves of two lines are no line', async () => {
  const feed = createBatchFeed();
  feed.add(RESULTS.subarray(0, 5_000));
  feed.cut();
  feed.add(RESULTS.subarray(6_000));
  const read = await feed.end(null, RESULTS.length);
  const whole = RESULTS.subarray(0, 5_000).toString().split('\n').length - 1;
  expect(read?.tally).toEqual({ succeeded: whole, unbilled: 0, unread: 0, isWhole: false });
});

test('where bytes never came and nobody knows which, what was read is not trusted', async () => {
  const feed = feedIn(RESULTS, 1_000);
  expect(await feed.end(null, RESULTS.length + 1)).toBeNull();
});

test('what is packed otherwise than its bytes look is left to the copy that is kept', async () => {
  const bare = deflateRawSync(RESULTS);
  expect(await feedIn(bare, 1_000).end('deflate', bare.length)).toBeNull();
  const twice = zstdCompressSync(gzipSync(RESULTS));
  expect(await feedIn(twice, 1_000).end('gzip, zstd', twice.length)).toBeNull();
  expect(await feedIn(gzipSync(RESULTS), 1_000).end(null, gzipSync(RESULTS).length)).toBeNull();
});

test('bytes that cannot be unpacked are said to be missing', async () => {
  const broken = gzipSync(RESULTS);
  broken.fill(0xff, 200, 400);
  const read = await feedIn(broken, 100).end('gzip', broken.length);
  expect(read?.tally.isWhole ?? false).toBe(false);
});
