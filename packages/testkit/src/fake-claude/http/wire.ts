/** The socket under a connection, as little of it as the fake needs. */
export interface WireSocket {
  /** Writes what fits and says how many bytes that was. */
  write(bytes: Uint8Array): number;
  /** Ends the connection with FIN. */
  end(): void;
  /** Ends the connection with RST. */
  terminate(): void;
}

/** The answering side of one connection: exact bytes, back-pressure, waits that end when the caller leaves. */
export interface Wire {
  /** Resolves when the bytes left this process; false where the connection is gone. A plain true means at once. */
  send(bytes: Uint8Array): Promise<boolean> | boolean;
  /** Waits; false as soon as the connection is gone. */
  wait(ms: number): Promise<boolean>;
  /** Waits for something that may never come; false as soon as the connection is gone. */
  waitFor(happened: Promise<void>): Promise<boolean>;
  /** Stays silent until the connection is gone. */
  hang(): Promise<void>;
  end(): void;
  reset(): void;
  isClosed(): boolean;
  /** Told by the socket. */
  drained(): void;
  closed(): void;
  /** Called once when the other side leaves. */
  onClosed(listener: (() => void) | null): void;
}

export function createWire(socket: WireSocket): Wire {
  const outbox = createOutbox(socket);
  const waiter = createWaiter();
  let isClosed = false;
  let listener: (() => void) | null = null;
  return {
    send: (bytes) => (isClosed ? false : outbox.send(bytes)),
    wait: (ms) => (isClosed ? Promise.resolve(false) : waiter.wait(ms)),
    waitFor: async (happened) => {
      if (isClosed) return false;
      return Promise.race([happened.then(() => true), waiter.wait(null)]);
    },
    hang: async () => {
      if (!isClosed) await waiter.wait(null);
    },
    end() {
      // Ending it ourselves is not the other side leaving.
      listener = null;
      if (!isClosed) socket.end();
    },
    reset() {
      listener = null;
      if (!isClosed) socket.terminate();
    },
    isClosed: () => isClosed,
    drained: () => outbox.flush(),
    closed() {
      if (isClosed) return;
      isClosed = true;
      outbox.close();
      waiter.close();
      listener?.();
    },
    onClosed(next) {
      listener = next;
    },
  };
}

/** What the socket did not take yet; a sender waits until it is gone. */
function createOutbox(socket: WireSocket) {
  let backlog: Uint8Array | null = null;
  let flushed: ((open: boolean) => void) | null = null;
  return {
    send(bytes: Uint8Array): Promise<boolean> | boolean {
      if (backlog === null) {
        const written = Math.max(0, socket.write(bytes));
        if (written >= bytes.length) return true;
        backlog = bytes.subarray(written);
      } else backlog = Buffer.concat([backlog, bytes]);
      return new Promise((resolve) => {
        flushed = resolve;
      });
    },
    flush(): void {
      if (backlog === null) return;
      const written = Math.max(0, socket.write(backlog));
      backlog = written >= backlog.length ? null : backlog.subarray(written);
      if (backlog === null) flushed?.(true);
    },
    close(): void {
      backlog = null;
      flushed?.(false);
    },
  };
}

/** One wait at a time; closing ends it early. */
function createWaiter() {
  let stop: ((open: boolean) => void) | null = null;
  return {
    /** `null` waits for ever. */
    wait(ms: number | null): Promise<boolean> {
      return new Promise((resolve) => {
        const timer = ms === null ? null : setTimeout(() => stop?.(true), ms);
        stop = (open) => {
          if (timer !== null) clearTimeout(timer);
          stop = null;
          resolve(open);
        };
      });
    },
    close: () => stop?.(false),
  };
}
