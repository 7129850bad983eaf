import type { OperationOutput } from '@nexus/contract';
import type { Context } from '../context.ts';
import { toInstant } from '../to-instant.ts';

/** Of more than these nobody reads a list. */
const TUNNELS_MAX = 200;

/** The tunnels of this process; none where there is no forward proxy. */
export async function listTunnels({ tunnels }: Context): Promise<OperationOutput<'tunnel.list'>> {
  const open = tunnels?.list(TUNNELS_MAX) ?? [];
  return {
    tunnels: open.map(({ startedAtMs, ...same }) => ({ ...same, startedAt: toInstant(startedAtMs) })),
    openCount: tunnels?.openCount() ?? 0,
  };
}
