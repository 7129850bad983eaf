/** A frame on disk: length of the content and its CRC-32 (both 32 bits, little-endian), then the content. */
export const FRAME_HEAD_BYTES = 8;

/** The head of a frame whose content is `parts` joined. */
export function toFrameHead(parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUInt32LE(
    parts.reduce((bytes, part) => bytes + part.byteLength, 0),
    0,
  );
  head.writeUInt32LE(
    parts.reduce((crc, part) => Bun.hash.crc32(part, crc), 0),
    4,
  );
  return head;
}

/** What stands at one place of a segment: a whole frame, or its torn end. */
export type FrameAt = { readonly content: Buffer; readonly next: number } | null;

/**
 * Reads the frame at `offset`; null where the segment ends there, or where what follows was not written whole: a process
 * that dies leaves half a frame, a machine that dies leaves zeros or stale bytes, and the CRC tells all of them.
 */
export function readFrame(segment: Buffer, offset: number): FrameAt {
  const start = offset + FRAME_HEAD_BYTES;
  if (start > segment.byteLength) return null;
  const bytes = segment.readUInt32LE(offset);
  const next = start + bytes;
  // An empty frame is never written, so a length of zero is padding.
  if (bytes === 0 || next > segment.byteLength) return null;
  const content = segment.subarray(start, next);
  return Bun.hash.crc32(content) === segment.readUInt32LE(offset + 4) ? { content, next } : null;
}

export interface SegmentFrames {
  /** All whole frames, in order. */
  readonly frames: readonly Buffer[];
  /** Places between whole frames where at least one is damaged; a torn end is none. */
  readonly damaged: number;
}

/** Reads a segment past what is damaged in it: behind a wrong frame it goes on at the next whole one. */
export function readSegment(segment: Buffer): SegmentFrames {
  const frames: Buffer[] = [];
  let damaged = 0;
  let offset = 0;
  for (;;) {
    const frame = readFrame(segment, offset);
    if (frame) {
      frames.push(frame.content);
      offset = frame.next;
      continue;
    }
    const behind = findNextFrame(segment, offset);
    if (behind === null) return { frames, damaged };
    damaged += 1;
    offset = behind;
  }
}

/**
 * Frames whose ends are known, each null where it is damaged: exact where `readSegment` could only search.
 * `ends` are offsets in the segment.
 */
export function readKnownFrames(segment: Buffer, ends: readonly number[]): (Buffer | null)[] {
  return ends.map((end, index) => {
    const frame = readFrame(segment, ends[index - 1] ?? 0);
    return frame?.next === end ? frame.content : null;
  });
}

/** Bytes that one search may run through CRC-32: some 20 ms. Random bytes look like the head of a frame at one place of 500. */
const SEARCH_BYTES_MAX = 256 * 1024 * 1024;

/** Where the next whole frame behind a damaged one begins, the segment's end where finding it would cost too much; null where there is none. */
function findNextFrame(segment: Buffer, damagedAt: number): number | null {
  // Mostly the content is damaged, and the length still says where the next frame is.
  if (damagedAt + FRAME_HEAD_BYTES <= segment.byteLength) {
    const next = damagedAt + FRAME_HEAD_BYTES + segment.readUInt32LE(damagedAt);
    if (readFrame(segment, next)) return next;
  }
  let leftBytes = SEARCH_BYTES_MAX;
  for (let offset = damagedAt + 1; offset + FRAME_HEAD_BYTES < segment.byteLength && leftBytes > 0; offset += 1) {
    const bytes = segment.readUInt32LE(offset);
    if (bytes === 0 || offset + FRAME_HEAD_BYTES + bytes > segment.byteLength) continue;
    if (readFrame(segment, offset)) return offset;
    leftBytes -= bytes;
  }
  return leftBytes > 0 ? null : segment.byteLength;
}
