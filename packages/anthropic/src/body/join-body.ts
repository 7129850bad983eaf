import { createByteBuffer, type ByteBuffer } from '../bytes/byte-buffer.ts';
import { KINDS, LITERAL_STEP, MARKED_STEP, RUN_STEP, SKELETON_VERSION } from './skeleton.ts';

/** What `splitBody` made, or what storage read back: the slices in the same order, their kinds are not needed. */
export interface JoinableBody {
  readonly skeleton: Uint8Array;
  readonly slices: readonly { readonly bytes: Uint8Array }[];
}

/**
 * The exact bytes that `splitBody` was given.
 * @throws {RangeError} where the skeleton is damaged or does not fit the slices.
 */
export function joinBody({ skeleton, slices }: JoinableBody): Uint8Array {
  const reader = createReader(skeleton);
  if (reader.number() !== SKELETON_VERSION) throw new RangeError('the skeleton has an unknown version');
  const toolCount = reader.number();
  const systemCount = reader.number();
  /** Where the next slice of each kind stands in `slices`. */
  const next = [0, toolCount, toolCount + systemCount];
  const size = slices.reduce((sum, { bytes }) => sum + bytes.length, skeleton.length);
  const body = createByteBuffer(size);

  function takeSlice(kind: number): Uint8Array {
    const at = next[kind];
    const slice = at === undefined ? undefined : slices[at];
    if (at === undefined || slice === undefined) throw new RangeError('the skeleton names a slice that is not there');
    next[kind] = at + 1;
    return slice.bytes;
  }

  while (!reader.atEnd()) {
    const step = reader.number();
    if (step === LITERAL_STEP) body.append(reader.bytes());
    else if (step < MARKED_STEP) joinRun(reader, body, () => takeSlice(step - RUN_STEP));
    else if (step < MARKED_STEP + KINDS.length) joinMarked(reader, body, takeSlice(step - MARKED_STEP));
    else throw new RangeError('the skeleton holds an unknown step');
  }
  return body.view();
}

/**
 * How many slices of a body are tools and system texts; they stand before its messages.
 * @throws {RangeError} where the skeleton is damaged.
 */
export function readSliceCounts(skeleton: Uint8Array): { readonly toolCount: number; readonly systemCount: number } {
  const reader = createReader(skeleton);
  if (reader.number() !== SKELETON_VERSION) throw new RangeError('the skeleton has an unknown version');
  return { toolCount: reader.number(), systemCount: reader.number() };
}

function joinRun(reader: SkeletonReader, body: ByteBuffer, takeSlice: () => Uint8Array): void {
  const count = reader.number();
  const separator = reader.bytes();
  for (let i = 0; i < count; i++) {
    if (i > 0) body.append(separator);
    body.append(takeSlice());
  }
}

function joinMarked(reader: SkeletonReader, body: ByteBuffer, slice: Uint8Array): void {
  const count = reader.number();
  let from = 0;
  for (let i = 0; i < count; i++) {
    const until = from + reader.number();
    if (until > slice.length) throw new RangeError('the skeleton does not fit the slice');
    body.append(slice.subarray(from, until));
    body.append(reader.bytes());
    from = until;
  }
  body.append(slice.subarray(from));
}

interface SkeletonReader {
  atEnd(): boolean;
  number(): number;
  bytes(): Uint8Array;
}

function createReader(skeleton: Uint8Array): SkeletonReader {
  let at = 0;

  function number(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = skeleton[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError('the skeleton is damaged');
  }

  return {
    atEnd: () => at >= skeleton.length,
    number,
    bytes() {
      const end = number() + at;
      if (end > skeleton.length) throw new RangeError('the skeleton is damaged');
      const bytes = skeleton.subarray(at, end);
      at = end;
      return bytes;
    },
  };
}
