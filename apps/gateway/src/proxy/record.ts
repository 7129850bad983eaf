import type { AnswerState } from '@nexus/anthropic';
import type { InFlightRequest } from '@nexus/contract';
import type { ErrorDetail, Outcome } from '@nexus/core';
import type { LiveEnd, LiveFeed } from '../live/live-feed.ts';
import type { ExchangeRecord, Recorder } from '../recorder/recorder.ts';
import { toUsageFacts } from '../recorder/to-usage-facts.ts';
import { decideOutcome } from './decide-outcome.ts';
import { type Exchange, enterPhase } from './exchange.ts';

export interface RecordParts {
  readonly recorder: Recorder;
  readonly live: LiveFeed;
}

export interface ExchangeEnd {
  /** Whether the upstream began to answer. */
  readonly answered: boolean;
  /** Whether the upstream ended its answer early. */
  readonly broken: boolean;
  /** What was seen of the answer; null where it was not watched to its end, or where nobody here wants to know. */
  readonly seen: AnswerState | null;
}

/** Bodies of exchanges that we refused are kept up to this; those of strangers are not kept at all, or they could fill the disk. */
const REFUSED_BODY_BYTES_MAX = 65_536;

/** Tells the recorder and the live feed that an exchange goes upstream. */
export function recordStart(exchange: Exchange, parts: RecordParts): void {
  parts.recorder.begin(exchange.requestId, () => toRecord(exchange, 'interrupted'), exchange.requestBody);
  parts.live.started(exchange.requestId, () => toInFlight(exchange));
}

function toInFlight(exchange: Exchange): InFlightRequest {
  return {
    requestId: exchange.requestId,
    startedAt: new Date(exchange.startedAtMs).toISOString(),
    domain: exchange.domain,
    method: exchange.method,
    path: exchange.path,
    model: exchange.model,
    stream: exchange.stream,
    sessionId: exchange.sessionId,
    agentId: exchange.headers.get('x-claude-code-agent-id'),
    accountId: exchange.accountId,
    requestBytes: exchange.requestBytes,
    status: null,
    firstTokenMs: null,
    outputTokens: 0,
    outputTokensEstimated: false,
    responseBytes: 0,
  };
}

/** The end of every path: hands everything on, once, and returns at once. */
export function record(exchange: Exchange, end: ExchangeEnd, parts: RecordParts): void {
  if (exchange.ended) return;
  exchange.ended = true;
  enterPhase(exchange, 'record');
  const outcome = decideOutcome({
    forwarded: exchange.forwarded,
    answered: end.answered,
    status: exchange.status,
    stoppedBy: exchange.stoppedBy,
    broken: end.broken,
    seen: end.seen,
  });
  const whole = toRecord(exchange, outcome);
  const body = outcome === 'refused' ? toRefusedBody(exchange) : exchange.requestBody;
  parts.recorder.end(whole, body, exchange.pieces);
  exchange.pieces = [];
  exchange.requestBody = null;
  if (exchange.forwarded) parts.live.ended(toLiveEnd(whole, end.seen));
}

/** Moves pieces of a long answer out of this thread's memory. */
export function keepPieces(exchange: Exchange, recorder: Recorder): void {
  if (exchange.pieceBytes < KEEP_BYTES && exchange.pieces.length < KEEP_PIECES) return;
  for (const piece of exchange.pieces) recorder.keepPiece(exchange.requestId, piece.bytes, piece.atMs);
  exchange.pieces = [];
  exchange.pieceBytes = 0;
}

/**
 * Gives the recorder what it does not have of a running exchange, so that little is lost where this process is killed. Facts
 * change twice in the life of an exchange; all else is a look at the clock and the pieces of one second.
 */
export function keepRunning(exchange: Exchange, recorder: Recorder): void {
  if (exchange.passed || exchange.ended) return;
  const { requestId, requestBody } = exchange;
  exchange.keptAtMs = exchange.elapsedMs();
  const facts = Number(exchange.responseHeaders !== null) + Number(exchange.firstTokenMs !== null);
  if (facts !== exchange.keptFacts || !recorder.knows(requestId)) {
    recorder.refresh(requestId, () => toRecord(exchange, 'interrupted'), requestBody);
    exchange.keptFacts = facts;
  }
  // What a slow caller has not taken yet still belongs to its connection.
  const passed = exchange.waitingSinceMs === null ? exchange.pieces.length - 1 : exchange.pieces.length;
  for (const piece of exchange.pieces.splice(0, passed)) recorder.keepPiece(requestId, piece.bytes, piece.atMs);
  exchange.pieceBytes = exchange.pieces.reduce((bytes, piece) => bytes + piece.bytes.byteLength, 0);
}

/** What one exchange may hold here: 5,000 exchanges at this bound are 320 MB, and most answers never reach it. */
const KEEP_BYTES = 65_536;
/** A token is a piece of some 130 bytes that costs three times as much to hold: 1,000 paced streams held 120 MB of them. */
const KEEP_PIECES = 32;

function toRecord(exchange: Exchange, outcome: Outcome): ExchangeRecord {
  return {
    requestId: exchange.requestId,
    startedAtMs: exchange.startedAtMs,
    domain: exchange.domain,
    keyId: exchange.keyId,
    keyOwner: exchange.keyFor?.owner ?? null,
    keyProject: exchange.keyFor?.project ?? null,
    accountId: exchange.accountId,
    upstreamUrl: findOwnUpstream(exchange),
    method: exchange.method,
    path: exchange.path,
    query: exchange.query,
    model: exchange.model,
    stream: exchange.stream,
    sessionId: exchange.sessionId,
    affinityKey: exchange.affinityKey,
    status: exchange.status,
    outcome,
    errorCode: exchange.errorCode,
    errorDetail: toErrorDetail(exchange.errorDetail),
    attempts: exchange.attempts,
    ...(exchange.abandonedCalls.length > 0 && { abandonedCalls: exchange.abandonedCalls }),
    phases: exchange.phases.timings(),
    firstByteMs: roundMs(exchange.firstByteMs),
    firstTokenMs: roundMs(exchange.firstTokenMs),
    durationMs: Math.round(exchange.elapsedMs()),
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    requestHeaders: (exchange.headerList ??= [...exchange.headers]),
    responseHeaders: exchange.responseHeaders === null ? [] : [...exchange.responseHeaders],
    responseEncoding: exchange.responseHeaders?.get('content-encoding') ?? null,
  };
}

function findOwnUpstream({ lease }: Exchange): string | undefined {
  if (lease === null || lease.account.settings.upstream === null) return undefined;
  return lease.account.upstream.baseUrl;
}

const DETAIL_LENGTH_MAX = 500;

/** Anything but a plain value is told as JSON. */
function toErrorDetail(detail: Exchange['errorDetail']): ErrorDetail | null {
  if (detail === null) return null;
  const pairs = Object.entries(detail).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(pairs.map(([name, value]) => [name, toPlainValue(value)]));
}

function toPlainValue(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, DETAIL_LENGTH_MAX);
}

function toRefusedBody({ requestBody, callerIsKnown }: Exchange): Uint8Array | null {
  const isKept = callerIsKnown && requestBody !== null && requestBody.byteLength <= REFUSED_BODY_BYTES_MAX;
  return isKept ? requestBody : null;
}

function toLiveEnd(whole: ExchangeRecord, seen: AnswerState | null): LiveEnd {
  const { requestId, status, outcome, errorCode, durationMs } = whole;
  // Of an answer that was not looked at, the record alone knows what it used.
  const used = seen === null ? { usage: null, usageEstimated: false } : toUsageFacts(whole, seen);
  return { requestId, status, outcome, errorCode, durationMs, ...used };
}

function roundMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
