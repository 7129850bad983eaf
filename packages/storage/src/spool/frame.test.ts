import { expect, test } from 'bun:test';
import { array, assert, nat, property, uint8Array } from 'fast-check';
import { readSegment, toFrameHead } from './frame.ts';

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
      const found = readSegment(torn).frames;
      expect(found.slice(0, expected.length)).toEqual(expected);
      for (const [index, frame] of found.entries()) expect(frame).toEqual(Buffer.from(frames[index] ?? []));
    }),
    { numRuns: 500 },
  );
});

test('a flipped bit costs the frame it is in: all others are read, and one before the end is counted', () => {
  // Frames of 3n bytes: no flipped bit of a length can then reach a later frame by chance.
  const frame = uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Uint8Array.from([0xa5, ...fill(bytes)]));
  assert(
    property(array(frame, { minLength: 1, maxLength: 12 }), nat(), nat({ max: 7 }), (frames, place, bit) => {
      const segment = toSegment(frames);
      const at = place % segment.byteLength;
      segment[at] = (segment[at] ?? 0) ^ (1 << bit);
      const index = countWhole(frames, at);
      const others = frames.filter((_, each) => each !== index).map((each) => Buffer.from(each));
      const found = readSegment(segment);
      expect(found.frames).toEqual(others);
      expect(found.damaged).toBe(index < frames.length - 1 ? 1 : 0);
    }),
    { numRuns: 300 },
  );
});

/** `bytes` and their last byte again, until they are 3n. */
function fill(bytes: Uint8Array): number[] {
  const filled = [...bytes];
  while (filled.length % 3 !== 0) filled.push(0xa5);
  return filled;
}

test('content in several parts has the frame of the joined content', () => {
  const parts = [Buffer.from('one'), Buffer.from(''), Buffer.from('two')];
  expect(toFrameHead(parts)).toEqual(toFrameHead([Buffer.from('onetwo')]));
});
