import type { OperationOutput, TunnelSummary } from '@nexus/contract';
import type { Context } from '../context.ts';
import { toInstant } from '../to-instant.ts';
import type { OpenTunnel } from './tunnel-directory.ts';

/** Of more than these nobody reads a list. */
const TUNNELS_MAX = 200;

/** The tunnels of this process; none where there is no forward proxy. */
export async function listTunnels({ tunnels }: Context): Promise<OperationOutput<'tunnel.list'>> {
  const open = tunnels?.list(TUNNELS_MAX) ?? [];
  return {
    tunnels: open.map(toTunnelSummary),
    openCount: tunnels?.openCount() ?? 0,
  };
}

function toTunnelSummary({ startedAtMs, ...same }: OpenTunnel): TunnelSummary {
  return { ...same, startedAt: toInstant(startedAtMs) };
}
