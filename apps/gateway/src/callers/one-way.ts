import type { Socket } from 'bun';

/** Bytes that go from one socket to another, at the pace of the slower one. */
export interface OneWay {
  pass(bytes: Uint8Array): void;
  /** The way out takes bytes again. */
  drain(): void;
  /** No more will come; `finish` is called behind what is left. */
  end(): void;
  /** Since when the way out has taken nothing of what waits for it, in monotonic milliseconds; null where nothing waits. */
  stalledSinceMs(): number | null;
}

export interface OneWayEnds {
  readonly from: Pick<Socket<unknown>, 'pause' | 'resume'>;
  readonly to: Pick<Socket<unknown>, 'write'>;
  readonly finish: () => void;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
}

/**
 * What does not fit into the way out waits here, and the way in is not read meanwhile: at most what one read of a socket
 * gave is held.
 */
export function createOneWay({ from, to, finish, monotonicMs }: OneWayEnds): OneWay {
  let left: Uint8Array | null = null;
  let movedAtMs = 0;
  let isOver = false;

  /** False where something is left. */
  function write(bytes: Uint8Array): boolean {
    const written = to.write(bytes);
    // Less than nothing: it is closed, and its own handler sees to that.
    left = written < 0 || written >= bytes.byteLength ? null : bytes.subarray(written);
    if (left !== null && written > 0) movedAtMs = monotonicMs();
    return left === null;
  }

  return {
    pass: (bytes) => {
      // What was read before the pause took hold.
      if (left !== null) left = Buffer.concat([left, bytes]);
      else if (!write(bytes)) {
        movedAtMs = monotonicMs();
        from.pause();
      }
    },
    drain: () => {
      if (left === null || !write(left)) return;
      if (isOver) finish();
      else from.resume();
    },
    end: () => {
      isOver = true;
      if (left === null) finish();
    },
    stalledSinceMs: () => (left === null ? null : movedAtMs),
  };
}
