import type { Socket } from 'node:net';
import { GatewayError } from '@nexus/contract';
import type { Logger } from '@nexus/telemetry';
import { toRefusal } from '../proxy/refusal.ts';
import { within } from '../within.ts';
import type { AllowedPlace } from './allow-list.ts';
import { type ConnectDecision, decideConnect } from './decide-connect.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { toTargetText } from './forward-target.ts';
import type { Link } from './front.ts';
import { type ForwardCaller, type GatekeeperParts, identifyForwardCaller } from './gatekeeper.ts';
import type { Intercepted, Interceptor } from './interceptor.ts';
import { type Dial, passTunnel } from './pass-tunnel.ts';
import type { TunnelBook, TunnelEntry } from './tunnel-book.ts';

export interface ServeConnectParts extends GatekeeperParts {
  readonly places: () => readonly AllowedPlace[];
  /** Null where CONNECT to an upstream passes unseen as well. */
  readonly interceptor: Interceptor | null;
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly dial?: Dial | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly tunnels: TunnelBook;
  readonly clock: () => number;
  readonly metrics: ForwardMetrics;
  readonly monotonicMs: () => number;
  readonly newId: () => string;
  readonly log: Logger;
}

/** Answers a CONNECT: with a refusal, which goes back the way it came, or by taking the connection over. */
export async function serveConnect(request: Request, link: Link, parts: ServeConnectParts): Promise<Response> {
  const caller = identifyForwardCaller(request.headers, parts);
  if (caller.refusal !== null) return refuse({ kind: 'refuse', target: null, error: caller.refusal }, caller, parts);
  const decision = decideConnect(link.first.target, {
    places: parts.places(),
    intercept: parts.interceptor !== null,
    resolve: parts.resolve,
  });
  switch (decision.kind) {
    case 'refuse':
      return refuse(decision, caller, parts);
    case 'tunnel':
      return serveTunnel(decision, { link, caller, parts });
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

type TunnelDecision = Extract<ConnectDecision, { kind: 'tunnel' }>;

interface Asking {
  readonly link: Link;
  readonly caller: ForwardCaller;
  readonly parts: ServeConnectParts;
}

/** A name server that answers by then lets a refusal be told as one; callers give a proxy 100 ms before they call it slow. */
const FOUND_MS = 50;

/** A refusal where it is known at once that there is none; else a tunnel, which closes where it turns out later. */
async function serveTunnel(decision: TunnelDecision, { link, caller, parts }: Asking): Promise<Response> {
  const known = await within(FOUND_MS, decision.found);
  if (known instanceof GatewayError) {
    return refuse({ kind: 'refuse', target: decision.target, error: known }, caller, parts);
  }
  link.take((client, early) => void tunnel(client, early, { decision, link, caller, parts }));
  return new Response(null);
}

interface Tunnelling extends Asking {
  readonly decision: TunnelDecision;
}

async function tunnel(client: Socket, early: Uint8Array, tunnelling: Tunnelling): Promise<void> {
  const { decision, link, caller, parts } = tunnelling;
  const { tunnels, metrics, monotonicMs, clock, newId, log } = parts;
  const startMs = monotonicMs();
  const { found, target } = decision;
  const entry: TunnelEntry = {
    tunnelId: newId(),
    target: toTargetText(target),
    keyId: caller.keyId,
    clientAddress: link.address,
    startedAtMs: clock(),
    client,
    state: 'connecting',
    bytesUp: 0,
    bytesDown: 0,
  };
  tunnels.add(entry);
  let error: GatewayError | null = null;
  const addresses = found.then((known) => {
    if (!(known instanceof GatewayError)) return known;
    error = known;
    return null;
  });
  const end = await passTunnel(client, { ...parts, addresses, port: target.port, early, count: entry });
  tunnels.remove(entry);
  metrics.tunnelled(end);
  const durationMs = Math.round(monotonicMs() - startMs);
  log.info(
    {
      target: entry.target,
      keyId: caller.keyId,
      outcome: end.because,
      ...toCause(error),
      bytesUp: end.bytesUp,
      bytesDown: end.bytesDown,
      durationMs,
    },
    'tunnel',
  );
}

/** Why a tunnel led nowhere, for the log. */
function toCause(error: GatewayError | null): Readonly<Record<string, unknown>> {
  return error === null ? {} : { errorCode: error.code, ...error.detail };
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
