import { connect } from 'node:net';

/** Whether the upstream can be reached at all, told without touching the exchanges that wait for it. */
export interface UpstreamContact {
  /** An exchange goes upstream, or waits there without a sign of life: sees to it that a probe tells whether anything is there. */
  expect(): void;
  /** The upstream answered something. */
  seen(): void;
  /** Milliseconds since the last sign of life; infinite for none yet. */
  silentMs(): number;
  /** A probe waited for its whole bound, and nothing has been seen since. */
  isUnreachable(): boolean;
  close(): void;
}

/** A sign of life this young needs no probe; a busy gateway never probes. */
const FRESH_MS = 2_000;

export interface UpstreamContactOptions {
  readonly baseUrl: string;
  readonly connectTimeoutMs: number;
  readonly monotonicMs: () => number;
  /** False behind an egress proxy, where a direct connection proves nothing. */
  readonly probing: boolean;
}

/**
 * `fetch` has no time-out for connecting, so a host that swallows packets would hold callers until the first-byte
 * bound. A bare TCP connection beside the first exchange after a quiet spell tells the two apart.
 */
export function createUpstreamContact(options: UpstreamContactOptions): UpstreamContact {
  const { hostname, port, protocol } = new URL(options.baseUrl);
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
  let lastSeenMs = -Infinity;
  let unreachable = false;
  let endProbe: (() => void) | null = null;

  function seen(): void {
    lastSeenMs = options.monotonicMs();
    unreachable = false;
  }

  function silentMs(): number {
    return options.monotonicMs() - lastSeenMs;
  }

  function probe(): void {
    const socket = connect(target);
    const end = (): void => {
      endProbe = null;
      socket.destroy();
    };
    endProbe = end;
    socket.setTimeout(options.connectTimeoutMs, () => {
      unreachable = true;
      end();
    });
    socket.once('connect', () => {
      seen();
      end();
    });
    // Refused or unknown host: `fetch` fails by itself and says why. Any word from there is a sign of life.
    socket.once('error', () => {
      seen();
      end();
    });
  }

  return {
    expect: () => {
      if (!options.probing || endProbe !== null) return;
      if (silentMs() >= FRESH_MS) probe();
    },
    seen,
    silentMs,
    isUnreachable: () => unreachable,
    close: () => endProbe?.(),
  };
}
