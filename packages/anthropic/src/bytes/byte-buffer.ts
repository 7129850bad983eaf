/** Bytes that grow at the end; appending costs the same however small the pieces are. */
export interface ByteBuffer {
  readonly length: number;
  append(bytes: Uint8Array): void;
  appendByte(byte: number): void;
  /** What has been gathered, as a view that the next `append` or `clear` may change. */
  view(): Uint8Array;
  /** Forgets the content, and the memory too where it grew beyond `CAPACITY_KEPT_MAX`. */
  clear(): void;
}

/** 64 KB: more than any usual event, so that a rare large one does not stay in memory for the rest of a stream. */
const CAPACITY_KEPT_MAX = 65_536;

export function createByteBuffer(capacity = 256): ByteBuffer {
  let store = new Uint8Array(capacity);
  let length = 0;

  function makeRoom(needed: number): void {
    if (needed <= store.length) return;
    const grown = new Uint8Array(Math.max(needed, store.length * 2));
    grown.set(store.subarray(0, length));
    store = grown;
  }

  return {
    get length() {
      return length;
    },
    append(bytes) {
      makeRoom(length + bytes.length);
      store.set(bytes, length);
      length += bytes.length;
    },
    appendByte(byte) {
      makeRoom(length + 1);
      store[length] = byte;
      length += 1;
    },
    view: () => store.subarray(0, length),
    clear() {
      length = 0;
      if (store.length > CAPACITY_KEPT_MAX) store = new Uint8Array(capacity);
    },
  };
}
