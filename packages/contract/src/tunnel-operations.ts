import { z } from 'zod';
import type { OperationDeclaration } from './operation-declaration.ts';

/** A connection that passes through the forward proxy unseen: whose it is and how much went through, never what. */
export const TunnelSummary = z
  .strictObject({
    tunnelId: z.uuid(),
    /** `host:port` as it was asked for. */
    target: z.string(),
    /** The key that was shown; null where none is needed. */
    keyId: z.string().nullable(),
    /** Where the connection came from. */
    clientAddress: z.string(),
    startedAt: z.iso.datetime(),
    /** Whether the host is still being looked up and dialled. */
    state: z.enum(['connecting', 'open']),
    /** Towards the host, and back. */
    bytesUp: z.int(),
    bytesDown: z.int(),
  })
  .meta({ id: 'TunnelSummary' });
export type TunnelSummary = z.infer<typeof TunnelSummary>;

/** What can be asked of tunnels. */
export const TUNNEL_OPERATIONS = {
  'tunnel.list': {
    method: 'GET',
    path: '/api/tunnels',
    scope: 'read',
    about: 'Connections that pass through the forward proxy of this process unseen, newest first, 200 at most.',
    input: z.strictObject({}),
    output: z.strictObject({
      tunnels: z.array(TunnelSummary),
      /** All that are open, also those beyond the list. */
      openCount: z.int(),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
