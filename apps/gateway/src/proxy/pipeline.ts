import { GatewayError, toErrorRow } from '@nexus/contract';
import type { PriceTable } from '@nexus/core';
import type { Logger } from '@nexus/telemetry';
import { endLease } from '../accounts/lease.ts';
import type { DomainIndex } from '../identity/domain-index.ts';
import type { Limiter } from '../limits/limiter.ts';
import { type AnswerParts, answer } from './answer.ts';
import { type AuthenticateParts, authenticate, refuseStranger } from './authenticate.ts';
import type { DeadlineWatch } from './deadline-watch.ts';
import { type Exchange, type HangUp, createExchange, enterPhase, stopExchange } from './exchange.ts';
import { createAnswerFollower } from './follow-answer.ts';
import { identifyDomain, nameDomain } from './identify-domain.ts';
import { type Places, announceLimits, limit, releasePlace } from './limit.ts';
import type { MalformedBound } from './malformed-bound.ts';
import { observe } from './observe.ts';
import type { ProxyAsk } from './proxy-ask.ts';
import { type ReachParts, reachUpstream } from './reach-upstream.ts';
import { readMalformed } from './read-malformed.ts';
import { type Receipt, createReceipt, receive } from './receive.ts';
import { type ExchangeEnd, type RecordParts, record, recordStart } from './record.ts';
import { toGatewayError, toRefusal } from './refusal.ts';

/** What the pipeline needs of `Bun.serve`'s server. */
export interface PipelineServer {
  timeout(request: Request, seconds: number): void;
  /** Where a request came from; absent where the server cannot tell. */
  requestIP?(request: Request): { readonly address: string } | null;
}

/** The data plane: one function from a caller's request to its answer. */
export interface Pipeline {
  /** `asked` tells what was wanted of us as a forward proxy. */
  handle(request: Request, server: PipelineServer, asked?: ProxyAsk | null): Promise<Response>;
  /** Refuses what no parser could read; `bytes` is what came of it. */
  refuseUnread(unread: Unread): Response;
  inFlight(): number;
  /** From now on new exchanges are refused. */
  drain(): void;
  /** Ends what is still in flight. */
  stopAll(): void;
}

/** A request that broke the rules of HTTP. */
export interface Unread {
  readonly bytes: Uint8Array;
  readonly code: 'http-malformed' | 'head-too-large' | 'head-unfinished';
  /** Where it came from. */
  readonly address: string;
}

export interface PipelineParts extends RecordParts, AuthenticateParts, ReachParts {
  readonly domains: DomainIndex;
  readonly limiter: Limiter;
  readonly prices: PriceTable;
  readonly log: Logger;
  readonly watch: DeadlineWatch;
  readonly malformedBound: MalformedBound;
  readonly bodyBytesMax: number;
  /** Longest wait for the next byte of a body. */
  readonly bodyTimeoutMs: number;
  readonly exchangesMax: number;
  /** What an exchange may take as a whole. */
  readonly serverTimeoutMs: number;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
  /** A UUIDv7 of the instant. */
  readonly newId: (atMs: number) => string;
}

/** One call of the pipeline, as the server hands it in. */
interface Call {
  readonly request: Request;
  readonly server: PipelineServer;
  readonly asked: ProxyAsk | null;
}

interface Line {
  readonly parts: PipelineParts;
  readonly places: Places;
  readonly receipt: Receipt;
  readonly follower: AnswerParts;
  readonly end: (exchange: Exchange, how: ExchangeEnd) => void;
  /** How long a caller may leave a whole answer unread. */
  readonly silentSeconds: number;
  draining: boolean;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const places: Places = { taken: 0, max: parts.exchangesMax };
  const end = (exchange: Exchange, how: ExchangeEnd): void => {
    parts.watch.remove(exchange);
    releasePlace(exchange, places, how);
    if (exchange.lease !== null) endLease(exchange.lease, parts.book);
    record(exchange, how, parts);
  };
  const follower = createAnswerFollower({ live: parts.live, recorder: parts.recorder, end });
  const receipt = createReceipt(parts.bodyBytesMax);
  const silentSeconds = Math.min(HANG_UP_SECONDS_MAX, Math.ceil(parts.serverTimeoutMs / 1_000));
  const line: Line = { parts, places, receipt, follower, end, silentSeconds, draining: false };
  return {
    handle: (request, server, asked = null) => handle(line, { request, server, asked }),
    refuseUnread: (unread) => refuseUnread(line, unread),
    inFlight: () => parts.watch.size(),
    drain: () => {
      line.draining = true;
    },
    stopAll: () => {
      for (const exchange of parts.watch.exchanges()) stopExchange(exchange, 'closing');
    },
  };
}

/** The shortest that the server takes: a caller that reads at all has seen the cut by then. */
const HANG_UP_SECONDS_MIN = 1;
/** The longest that the server takes. */
const HANG_UP_SECONDS_MAX = 255;

async function handle(line: Line, call: Call): Promise<Response> {
  const { clock, newId, monotonicMs, watch } = line.parts;
  const startedAtMs = clock();
  const { request, server, asked } = call;
  const hangUp: HangUp = (when) => server.timeout(request, when === 'soon' ? HANG_UP_SECONDS_MIN : line.silentSeconds);
  const exchange = createExchange({ requestId: newId(startedAtMs), startedAtMs, request, asked, hangUp, monotonicMs });
  watch.add(exchange);
  request.signal.addEventListener('abort', () => callerLeft(line, exchange), { once: true });
  try {
    return await passThrough(line, exchange, call);
  } catch (error) {
    return refuse(line, exchange, error);
  }
}

/** The life of an exchange. Each phase takes what the one before it gives, so another order does not compile. */
async function passThrough({ parts, ...line }: Line, exchange: Exchange, call: Call): Promise<Response> {
  if (line.draining) throw new GatewayError('shutting-down');
  // It is no request for anything of Claude's; `fetch` would send it there all the same.
  if (exchange.method === 'CONNECT') throw new GatewayError('method-not-allowed', { publicMessage: CONNECT_HINT });
  if (exchange.asked !== null && exchange.asked.refusal !== null) throw exchange.asked.refusal;
  const received = await receive(exchange, call.request, {
    bodyBytesMax: parts.bodyBytesMax,
    bodyTimeoutMs: parts.bodyTimeoutMs,
    receipt: line.receipt,
    refuseStranger: () => refuseStranger(exchange, parts.domains, parts),
  });
  // Long thinking is silent for minutes; our own deadlines bound every wait from here on.
  call.server.timeout(call.request, 0);
  const addressed = identifyDomain(exchange, received, parts.domains);
  const authenticated = authenticate(exchange, addressed, parts);
  const limited = limit(exchange, authenticated, {
    places: line.places,
    limiter: parts.limiter,
    prices: parts.prices,
    readAddress: () => call.server.requestIP?.(call.request)?.address ?? '',
  });
  // Awaiting what is there already would cost every exchange a turn of the loop.
  const admitted = limited instanceof Promise ? await limited : limited;
  const forwarded = await reachUpstream(exchange, admitted, { parts, begin: () => recordStart(exchange, parts) });
  const observed = observe(exchange, forwarded);
  return answer(exchange, observed, line.follower);
}

const CONNECT_HINT = 'CONNECT is answered at the port of the forward proxy alone (FORWARD_PROXY_PORT).';

/** Our own answer instead of Claude's. */
function refuse({ parts, end }: Line, exchange: Exchange, error: unknown): Response {
  const problem = toGatewayError(error);
  const refusal = toRefusal(problem, exchange.requestId);
  if (exchange.attempts.length > 1) refusal.headers.set('x-nexus-attempts', `${exchange.attempts.length}`);
  announceLimits(exchange, refusal.headers);
  // Who has fallen silent in the middle of a body has nothing more to say on this connection.
  if (exchange.stoppedBy === 'body-timeout') refusal.headers.set('connection', 'close');
  const callerIsThere = exchange.stoppedBy !== 'caller-left';
  // What is refused while it is received has a domain too; nobody waits for this any more.
  if (exchange.domain === '') exchange.domain = nameDomain(exchange, parts.domains);
  // Where keys are not required, everybody who is refused before being asked for one is still one of ours.
  exchange.callerIsKnown ||= !parts.trust.keysRequired;
  if (callerIsThere) {
    exchange.status = refusal.status;
    exchange.errorCode = problem.code;
    exchange.errorDetail = { message: problem.publicMessage, ...problem.detail };
    exchange.responseHeaders = refusal.headers;
  }
  if (callerIsThere && problem.code === 'unexpected') {
    parts.log.error({ requestId: exchange.requestId, error }, 'unexpected error');
  }
  end(exchange, { answered: exchange.firstByteMs !== null, broken: exchange.firstByteMs !== null, seen: null });
  return refusal;
}

function refuseUnread(line: Line, { bytes, code, address }: Unread): Response {
  const { clock, newId, monotonicMs, malformedBound } = line.parts;
  const { method, target, headers, problem } = readMalformed(bytes);
  const error = new GatewayError(code, {
    detail: { peer: address, problem },
    ...(code === 'http-malformed' ? { publicMessage: `${toErrorRow(code).message} ${problem}` } : {}),
  });
  const startedAtMs = clock();
  const requestId = newId(startedAtMs);
  if (!malformedBound.take(monotonicMs())) return toRefusal(error, requestId);
  const request = { method, url: `http://unread${target}`, headers };
  const exchange = createExchange({ requestId, startedAtMs, request, hangUp: () => {}, monotonicMs });
  enterPhase(exchange, 'receive');
  return refuse(line, exchange, error);
}

/** How long an answer may go on by itself after its caller left, before it is recorded as it stands. */
const ABANDON_MS = 500;

function callerLeft({ end }: Line, exchange: Exchange): void {
  if (exchange.passed || exchange.ended) return;
  exchange.callerIsGone = true;
  stopExchange(exchange, 'caller-left');
  // The reading loop ends it at once; this is for an answer whose stream was never asked for a byte.
  setTimeout(() => end(exchange, { answered: exchange.firstByteMs !== null, broken: true, seen: null }), ABANDON_MS);
}
