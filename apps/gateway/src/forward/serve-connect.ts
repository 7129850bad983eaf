import type { Socket } from 'node:net';
import type { GatewayError } from '@nexus/contract';
import type { Logger } from '@nexus/telemetry';
import { toRefusal } from '../proxy/refusal.ts';
import type { AllowedPlace } from './allow-list.ts';
import { type ConnectDecision, decideConnect } from './decide-connect.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { toTargetText } from './forward-target.ts';
import type { Link } from './front.ts';
import { type ForwardCaller, type GatekeeperParts, identifyForwardCaller } from './gatekeeper.ts';
import type { Intercepted, Interceptor } from './interceptor.ts';
import { type Dial, passTunnel } from './pass-tunnel.ts';

export interface ServeConnectParts extends GatekeeperParts {
  readonly places: () => readonly AllowedPlace[];
  /** Null where CONNECT to an upstream passes unseen as well. */
  readonly interceptor: Interceptor | null;
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly dial?: Dial | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Tunnels that are open, for a gateway that drains. */
  readonly tunnels: Set<Socket>;
  readonly metrics: ForwardMetrics;
  readonly monotonicMs: () => number;
  readonly newId: () => string;
  readonly log: Logger;
}

/** Answers a CONNECT: with a refusal, which goes back the way it came, or by taking the connection over. */
export async function serveConnect(request: Request, link: Link, parts: ServeConnectParts): Promise<Response> {
  const caller = identifyForwardCaller(request.headers, parts);
  if (caller.refusal !== null) return refuse({ kind: 'refuse', target: null, error: caller.refusal }, caller, parts);
  const decision = await decideConnect(link.first.target, {
    places: parts.places(),
    intercept: parts.interceptor !== null,
    resolve: parts.resolve,
  });
  switch (decision.kind) {
    case 'refuse':
      return refuse(decision, caller, parts);
    case 'tunnel':
      link.take((client, early) => void tunnel(client, early, { decision, caller, parts }));
      return new Response(null);
    case 'intercept':
      link.take(
        (client, early) =>
          void intercept(client, early, { target: decision.target, caller, address: link.address, parts }),
      );
      return new Response(null);
    default:
      return decision satisfies never;
  }
}

interface Intercepting extends Intercepted {
  readonly parts: ServeConnectParts;
}

async function intercept(client: Socket, early: Uint8Array, { parts, ...intercepted }: Intercepting): Promise<void> {
  parts.metrics.intercepted();
  try {
    await parts.interceptor?.take(client, early, intercepted);
  } catch (error) {
    parts.log.error({ error, target: toTargetText(intercepted.target) }, 'a connection could not be intercepted');
    client.destroy();
  }
}

interface Tunnelling {
  readonly decision: Extract<ConnectDecision, { kind: 'tunnel' }>;
  readonly caller: ForwardCaller;
  readonly parts: ServeConnectParts;
}

async function tunnel(client: Socket, early: Uint8Array, { decision, caller, parts }: Tunnelling): Promise<void> {
  const { tunnels, metrics, monotonicMs, log } = parts;
  const startMs = monotonicMs();
  tunnels.add(client);
  const { addresses, target } = decision;
  const end = await passTunnel(client, { ...parts, addresses, port: target.port, early });
  tunnels.delete(client);
  metrics.tunnelled(end);
  const durationMs = Math.round(monotonicMs() - startMs);
  log.info(
    {
      target: toTargetText(target),
      keyId: caller.keyId,
      outcome: end.because,
      bytesUp: end.bytesUp,
      bytesDown: end.bytesDown,
      durationMs,
    },
    'tunnel',
  );
}

function refuse(
  { target, error }: { readonly target: ConnectDecision['target']; readonly error: GatewayError } & { kind: 'refuse' },
  { keyId }: ForwardCaller,
  { metrics, log, newId }: ServeConnectParts,
): Response {
  const requestId = newId();
  metrics.refused();
  // What could not be read may hold a password, and is not repeated.
  const told = target === null ? null : toTargetText(target);
  log.info({ requestId, target: told, keyId, outcome: 'refused', errorCode: error.code, ...error.detail }, 'tunnel');
  const refusal = toRefusal(error, requestId);
  refusal.headers.set('connection', 'close');
  return refusal;
}
