import type { Socket } from 'node:net';
import type { OpenTunnel, TunnelDirectory } from '@nexus/services';

/** A tunnel while it is open; whoever passes its bytes counts them here. */
export interface TunnelEntry extends Pick<
  OpenTunnel,
  'tunnelId' | 'target' | 'keyId' | 'clientAddress' | 'startedAtMs'
> {
  readonly client: Socket;
  state: OpenTunnel['state'];
  bytesUp: number;
  bytesDown: number;
}

/** The tunnels that are open now; NEXUS_FORWARD_CONNECTIONS_MAX bounds them. */
export interface TunnelBook extends TunnelDirectory {
  add(entry: TunnelEntry): void;
  remove(entry: TunnelEntry): void;
  /** The callers’ ends, for a gateway that drains. */
  clients(): readonly Socket[];
}

export function createTunnelBook(): TunnelBook {
  const open = new Set<TunnelEntry>();
  return {
    add: (entry) => void open.add(entry),
    remove: (entry) => void open.delete(entry),
    clients: () => [...open].map(({ client }) => client),
    openCount: () => open.size,
    // A set keeps the order in which they came.
    list: (max) => [...open].toReversed().slice(0, max).map(toOpenTunnel),
  };
}

function toOpenTunnel({ client: _client, ...shown }: TunnelEntry): OpenTunnel {
  return { ...shown };
}
