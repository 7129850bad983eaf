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

/** All whole frames of a segment, in order, up to its torn end. */
export function listFrames(segment: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = readFrame(segment, 0); frame; frame = readFrame(segment, frame.next)) frames.push(frame.content);
  return frames;
}
