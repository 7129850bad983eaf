/** A tunnel as the process that carries it knows it. */
export interface OpenTunnel {
  readonly tunnelId: string;
  readonly target: string;
  readonly keyId: string | null;
  readonly clientAddress: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly state: 'connecting' | 'open';
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** The tunnels of the forward proxy of a running gateway. */
export interface TunnelDirectory {
  /** Newest first, `max` at most. */
  list(max: number): readonly OpenTunnel[];
  openCount(): number;
}
