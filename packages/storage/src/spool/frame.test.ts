import { expect, test } from 'bun:test';
import { array, assert, nat, property, uint8Array } from 'fast-check';
import { listFrames, toFrameHead } from './frame.ts';

const contents = array(uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 12 });

function toSegment(frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => [toFrameHead([frame]), frame]));
}

/** How many frames end at or before `bytes`. */
function countWhole(frames: readonly Uint8Array[], bytes: number): number {
  let end = 0;
  return frames.filter((frame) => (end += 8 + frame.byteLength) <= bytes).length;
}

test('a segment cut at any byte gives exactly the frames before the cut, with or without zeros behind it', () => {
  assert(
    property(contents, nat(), nat({ max: 64 }), (frames, place, zeros) => {
      const segment = toSegment(frames);
      const cut = place % (segment.byteLength + 1);
      const torn = Buffer.concat([segment.subarray(0, cut), Buffer.alloc(zeros)]);
      const expected = frames.slice(0, countWhole(frames, cut)).map((frame) => Buffer.from(frame));
      // Zeros can complete a frame that ends in zeros itself: then it is whole, and right.
      const found = listFrames(torn);
      expect(found.slice(0, expected.length)).toEqual(expected);
      for (const [index, frame] of found.entries()) expect(frame).toEqual(Buffer.from(frames[index] ?? []));
    }),
    { numRuns: 500 },
  );
});

test('a flipped bit ends the reading before the damaged frame', () => {
  assert(
    property(contents, nat(), nat({ max: 7 }), (frames, place, bit) => {
      const segment = toSegment(frames);
      const at = place % segment.byteLength;
      segment[at] = (segment[at] ?? 0) ^ (1 << bit);
      expect(listFrames(segment)).toHaveLength(countWhole(frames, at));
    }),
    { numRuns: 300 },
  );
});

test('content in several parts has the frame of the joined content', () => {
  const parts = [Buffer.from('one'), Buffer.from(''), Buffer.from('two')];
  expect(toFrameHead(parts)).toEqual(toFrameHead([Buffer.from('onetwo')]));
});
