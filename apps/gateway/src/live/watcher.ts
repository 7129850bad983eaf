/** One open answer of the live feed. */
export interface Watcher {
  readonly body: ReadableStream<Uint8Array>;
  /** False where the watcher does not keep up or is gone: it must be dropped. */
  offer(bytes: Uint8Array): boolean;
  close(): void;
}

export interface WatcherOptions {
  /** Written first; comes on top of `bytesMax`, since a snapshot may be larger than the bound. */
  readonly opening: Uint8Array;
  /** Bytes that may wait for this watcher before it counts as too slow. */
  readonly bytesMax: number;
  readonly onGone: () => void;
}

/** A stream that holds at most `bytesMax` bytes and one flush; a watcher that is cut reconnects and resumes. */
export function createWatcher({ opening, bytesMax, onGone }: WatcherOptions): Watcher {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  const body = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own;
        own.enqueue(opening);
      },
      cancel() {
        controller = null;
        onGone();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bytesMax + opening.length }),
  );

  return {
    body,
    offer(bytes) {
      if (controller === null || (controller.desiredSize ?? 0) <= 0) return false;
      controller.enqueue(bytes);
      return true;
    },
    close() {
      controller?.close();
      controller = null;
    },
  };
}
