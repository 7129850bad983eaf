import type { ErrorCode, PhaseName } from '@nexus/contract';
import type { AbandonedCall, Attempt, HeaderList } from '@nexus/core';
import type { RecordedPiece } from '../recorder/recorder.ts';
import type { Lease } from '../accounts/lease.ts';
import type { LimitGrant } from '../limits/limiter.ts';
import { type PhaseTimer, createPhaseTimer } from './phase-timer.ts';
import type { ProxyAsk } from './proxy-ask.ts';
import type { UpstreamContact } from './upstream-contact.ts';

/** Why we ended the upstream half of an exchange ourselves. */
export type StopReason =
  | 'caller-left'
  | 'body-timeout'
  | 'connect-timeout'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'total-timeout'
  | 'closing';

/** Closes the caller's connection once nothing has moved on it: `soon` where it shall see a cut, `in-time` as exchanges end. */
export type HangUp = (when: 'soon' | 'in-time') => void;

/**
 * One request on its way through: the only thing in the data plane that changes. Phases fill it in the order of PHASES;
 * whatever happens, `record` reads it once. Spans are milliseconds since the exchange began, sizes bytes on the wire.
 */
export interface Exchange {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** What we were asked as a forward proxy; null for a request that was meant for us. */
  readonly asked: ProxyAsk | null;
  /** As the caller sent them. */
  readonly headers: Headers;
  /** The same for the record; made when it is first needed, and once, since listing costs more than most phases. */
  headerList: HeaderList | null;
  readonly phases: PhaseTimer;
  /** Ends the upstream half; see `stopExchange`. */
  upstreamAbort: AbortController;
  /** What becomes of the caller's connection where it does not read what we sent. */
  readonly hangUp: HangUp;

  domain: string;
  /** The caller showed a key, or needs none. */
  callerIsKnown: boolean;
  keyId: string | null;
  /** Whom and what the key of the caller is for; null without a key of ours. */
  keyFor: { readonly owner: string | null; readonly project: string | null } | null;
  accountId: string | null;
  /** The account that answers it now. */
  lease: Lease | null;
  /** Tries that failed, and behind them the one that did not; empty where the first one did. */
  readonly attempts: Attempt[];
  /** Those of them that had used something when another account was asked. */
  readonly abandonedCalls: AbandonedCall[];
  model: string | null;
  stream: boolean;
  sessionId: string | null;
  affinityKey: string;
  /** Elapsed milliseconds by which more of the body has to be there; infinite while none is waited for. */
  bodyDueMs: number;
  requestBody: Uint8Array | null;
  requestBytes: number;

  status: number | null;
  errorCode: ErrorCode | null;
  /** What the log may say about a refusal or failure, never the caller. */
  errorDetail: Readonly<Record<string, unknown>> | null;
  responseHeaders: Headers | null;
  responseBytes: number;
  firstByteMs: number | null;
  firstTokenMs: number | null;
  /** Pieces of the answer that the recorder does not have yet. */
  pieces: RecordedPiece[];
  pieceBytes: number;

  /** Elapsed milliseconds at which the recorder was last given everything there was. */
  keptAtMs: number;
  /** How many of the facts that come while it runs the recorder was told by then. */
  keptFacts: number;

  /** Holds one of the places that `limit` gives out. */
  admitted: boolean;
  /** What limits gave it or refused it by; null where nothing limits it. */
  grant: LimitGrant | null;
  /** The upstream was asked, or is about to be. */
  forwarded: boolean;
  /** Elapsed milliseconds at which we began to wait for the upstream; null while we do not. */
  waitingSinceMs: number | null;
  /** Of the upstream that it was sent to. */
  contact: UpstreamContact | null;
  forwardedAtMs: number;
  stoppedBy: StopReason | null;
  /** Nobody waits for an answer any more. */
  callerIsGone: boolean;
  /** Told once when the exchange is stopped: cheaper than listening to `upstreamAbort`. */
  onStop: (() => void) | null;
  /** Elapsed milliseconds at which watchers were last told of progress. */
  toldAtMs: number;
  /** The answer is over, and only bookkeeping is left: a caller that closes now has not left early. */
  passed: boolean;
  ended: boolean;
  /** Milliseconds since the exchange began. */
  elapsedMs(): number;
}

export interface ExchangeStart {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly request: Pick<Request, 'method' | 'url' | 'headers'>;
  readonly asked?: ProxyAsk | null;
  readonly hangUp: HangUp;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
}

export function createExchange(start: ExchangeStart): Exchange {
  const { requestId, startedAtMs, request, asked = null, hangUp, monotonicMs } = start;
  const startMs = monotonicMs();
  const elapsedMs = (): number => monotonicMs() - startMs;
  const { path, query } = asked ?? splitTarget(request.url);
  return {
    requestId,
    startedAtMs,
    asked,
    method: request.method,
    path,
    query,
    headers: request.headers,
    headerList: null,
    phases: createPhaseTimer(elapsedMs),
    upstreamAbort: new AbortController(),
    hangUp,
    domain: '',
    callerIsKnown: false,
    keyId: null,
    keyFor: null,
    accountId: null,
    lease: null,
    attempts: [],
    abandonedCalls: [],
    model: null,
    stream: false,
    sessionId: null,
    affinityKey: requestId,
    bodyDueMs: Number.POSITIVE_INFINITY,
    requestBody: null,
    requestBytes: 0,
    status: null,
    errorCode: null,
    errorDetail: null,
    responseHeaders: null,
    responseBytes: 0,
    firstByteMs: null,
    firstTokenMs: null,
    pieces: [],
    pieceBytes: 0,
    keptAtMs: 0,
    keptFacts: 0,
    admitted: false,
    grant: null,
    forwarded: false,
    waitingSinceMs: null,
    contact: null,
    forwardedAtMs: 0,
    stoppedBy: null,
    callerIsGone: false,
    onStop: null,
    toldAtMs: 0,
    passed: false,
    ended: false,
    elapsedMs,
  };
}

/** Begins `phase`; every phase calls it first, so that timings and names cannot drift apart. */
export function enterPhase(exchange: Exchange, phase: PhaseName): void {
  exchange.phases.enter(phase);
}

/** Ends the upstream half for `reason`; the first reason stays. */
export function stopExchange(exchange: Exchange, reason: StopReason): void {
  if (exchange.stoppedBy !== null || exchange.passed || exchange.ended) return;
  exchange.stoppedBy = reason;
  exchange.upstreamAbort.abort();
  exchange.onStop?.();
}

/** Whether what ended the upstream half was about one upstream, so that another may be asked. */
export function isRestartable({ stoppedBy, callerIsGone }: Exchange): boolean {
  if (callerIsGone) return false;
  return stoppedBy === 'connect-timeout' || stoppedBy === 'first-byte-timeout' || stoppedBy === 'idle-timeout';
}

/** Gives another attempt an upstream half of its own, where the one before it was ended. */
export function startUpstreamAgain(exchange: Exchange): void {
  if (!isRestartable(exchange)) return;
  exchange.stoppedBy = null;
  exchange.upstreamAbort = new AbortController();
}

/** Path and query of an absolute URL, without the cost of parsing all of it. */
export function splitTarget(url: string): { path: string; query: string } {
  const pathStart = url.indexOf('/', url.indexOf('://') + 3);
  if (pathStart === -1) return { path: '/', query: '' };
  const queryStart = url.indexOf('?', pathStart);
  if (queryStart === -1) return { path: url.slice(pathStart), query: '' };
  return { path: url.slice(pathStart, queryStart), query: url.slice(queryStart) };
}
