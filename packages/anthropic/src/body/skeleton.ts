import { createByteBuffer, type ByteBuffer } from '../bytes/byte-buffer.ts';

/**
 * The skeleton's form, version 1. Numbers are unsigned LEB128. It must stay readable for as long as records are kept: a
 * change gets a new version number beside this one.
 *
 * ```text
 * skeleton = 1, tool count, system count, step…
 * step     = 0, length, bytes                              literal bytes of the body
 *          | 1 + kind, count, length, bytes                `count` slices of a kind with the same bytes between them
 *          | 4 + kind, count, (gap, length, bytes)…        one slice and its cache markers; gap is counted in the
 *                                                          slice's bytes from the marker before
 * kind     = 0 tool, 1 system, 2 message
 * ```
 *
 * Runs keep the skeleton of a conversation of 200 turns as small as that of one turn.
 */
export const SKELETON_VERSION = 1;
export const KINDS = ['tool', 'system', 'message'] as const;
export type SliceKind = (typeof KINDS)[number];
export const LITERAL_STEP = 0;
export const RUN_STEP = 1;
export const MARKED_STEP = 4;

/** One cache marker as the overlay keeps it: where it goes in the slice's bytes, and its own bytes. */
export interface OverlayPiece {
  /** Offset in the slice's bytes, where earlier markers are not counted. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface SkeletonWriter {
  literal(bytes: Uint8Array): void;
  slice(kind: SliceKind, overlay: readonly OverlayPiece[]): void;
  finish(counts: { toolCount: number; systemCount: number }): Uint8Array;
}

/** Slices that follow each other with the same bytes between them, and the literal that may become their next separator. */
interface Run {
  kind: SliceKind;
  count: number;
  separator: Uint8Array;
}

/** Takes the body's parts in their order; a literal stands before and behind every slice, empty or not. */
export function createSkeletonWriter(): SkeletonWriter {
  const steps = createByteBuffer(512);
  let run: Run | null = null;
  let pending: Uint8Array = EMPTY;

  function flush(): void {
    if (run !== null) writeRun(steps, run);
    if (pending.length > 0) writeLiteral(steps, pending);
    run = null;
    pending = EMPTY;
  }

  return {
    literal(bytes) {
      pending = bytes;
    },
    slice(kind, overlay) {
      if (overlay.length > 0) {
        flush();
        writeMarked(steps, kind, overlay);
        return;
      }
      if (run !== null && run.kind === kind && (run.count === 1 || isEqual(run.separator, pending))) {
        run = { kind, count: run.count + 1, separator: pending };
        pending = EMPTY;
        return;
      }
      flush();
      run = { kind, count: 1, separator: EMPTY };
    },
    finish({ toolCount, systemCount }) {
      flush();
      const skeleton = createByteBuffer(steps.length + 16);
      skeleton.appendByte(SKELETON_VERSION);
      writeNumber(skeleton, toolCount);
      writeNumber(skeleton, systemCount);
      skeleton.append(steps.view());
      return skeleton.view().slice();
    },
  };
}

const EMPTY = new Uint8Array(0);

function writeLiteral(out: ByteBuffer, bytes: Uint8Array): void {
  out.appendByte(LITERAL_STEP);
  writeBytes(out, bytes);
}

function writeRun(out: ByteBuffer, run: Run): void {
  out.appendByte(RUN_STEP + KINDS.indexOf(run.kind));
  writeNumber(out, run.count);
  writeBytes(out, run.separator);
}

function writeMarked(out: ByteBuffer, kind: SliceKind, overlay: readonly OverlayPiece[]): void {
  out.appendByte(MARKED_STEP + KINDS.indexOf(kind));
  writeNumber(out, overlay.length);
  let before = 0;
  for (const { offset, bytes } of overlay) {
    writeNumber(out, offset - before);
    writeBytes(out, bytes);
    before = offset;
  }
}

function writeBytes(out: ByteBuffer, bytes: Uint8Array): void {
  writeNumber(out, bytes.length);
  out.append(bytes);
}

function writeNumber(out: ByteBuffer, value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    out.appendByte((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.appendByte(rest);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
