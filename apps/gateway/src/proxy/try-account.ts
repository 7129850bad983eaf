import type { UpstreamCredential } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type Judgement, judgeErrorType, judgeStatus } from '@nexus/core';
import type { AccountBook } from '../accounts/account-book.ts';
import type { Lease } from '../accounts/lease.ts';
import { type AttemptEnd, noteAttempt } from '../accounts/note-answer.ts';
import { type Exchange, isRestartable } from './exchange.ts';
import { type Forwarded, type ForwardParts, forward, toStoppedError } from './forward.ts';
import { type EventStream, type HeldHead, holdHead } from './hold-head.ts';
import type { Admitted } from './limit.ts';
import { isPassedWhole, readWhole } from './read-whole.ts';

/** What one account made of an exchange. */
export type AttemptResult =
  | { readonly kind: 'answered'; readonly forwarded: Forwarded }
  | {
      readonly kind: 'failed';
      /** The bad answer, still to be passed on where nobody else is asked; null where none came. */
      readonly forwarded: Forwarded | null;
      /** What to throw where none came. */
      readonly error: unknown;
      /** Whether another account at the same upstream would meet the same. */
      readonly upstreamFailed: boolean;
    };

export interface TryAccountOptions {
  readonly admitted: Admitted;
  readonly parts: ForwardParts & { readonly book: AccountBook; readonly clock: () => number };
  readonly counts: boolean;
  /** Whether somebody else may be asked after it: only then is the head of a stream held back. */
  readonly mayMove: boolean;
}

/** Asks one account; twice where its token was refused and another one could be had. */
export async function tryAccount(exchange: Exchange, lease: Lease, options: TryAccountOptions): Promise<AttemptResult> {
  const { source } = lease.account;
  const { signal } = exchange.upstreamAbort;
  let credential: UpstreamCredential;
  try {
    credential = source.current() ?? (await source.get(signal));
  } catch (error) {
    return failWithout(exchange, lease, { options, error });
  }
  const first = await ask(exchange, lease, { ...options, credential });
  if (first.kind === 'answered' || !first.refused || !mayRenew(options))
    return settle(exchange, lease, { result: first, options });
  const renewed = await source.renew(credential, signal).catch(() => null);
  if (renewed === null) return settle(exchange, lease, { result: first, options });
  addAttempt(exchange, lease, first);
  await first.forwarded?.response.body?.cancel();
  return settle(exchange, lease, { result: await ask(exchange, lease, { ...options, credential: renewed }), options });
}

/** What was asked, with all that the health of its account and its record need. */
type Asked = AttemptResult & {
  readonly end: AttemptEnd;
  readonly startMs: number;
  readonly status: number | null;
  /** 401: another token may do. */
  readonly refused: boolean;
};

interface AskOptions extends TryAccountOptions {
  readonly credential: UpstreamCredential;
}

async function ask(exchange: Exchange, lease: Lease, options: AskOptions): Promise<Asked> {
  const { admitted, parts, credential } = options;
  const { addressed, clientKey } = admitted.authenticated;
  const startMs = exchange.elapsedMs();
  const { upstream } = lease.account;
  let forwarded: Forwarded;
  try {
    forwarded = await forward(
      exchange,
      { phase: 'routed', received: addressed.received, credential, clientKey, upstream },
      parts,
    );
  } catch (error) {
    return { ...toUnanswered(exchange, error), startMs };
  }
  const { status, headers } = forwarded.response;
  const judgement = judgeStatus(status, headers.get('retry-after'), parts.clock());
  if (judgement.kind === 'good' && options.mayMove) {
    const seen = await lookAhead(exchange, forwarded);
    if (seen !== null) return { ...seen, startMs };
  }
  const end = toEnd(exchange, forwarded, { judgement, because: `status ${status}` });
  if (judgement.kind === 'good') return { kind: 'answered', forwarded, end, startMs, status, refused: false };
  const upstreamFailed = judgement.kind === 'errored';
  const refused = judgement.kind === 'unauthenticated';
  return { kind: 'failed', forwarded, error: null, upstreamFailed, end, startMs, status, refused };
}

type Unstarted = AttemptResult & Omit<Asked, 'startMs'>;

/** Of a good answer, what can be seen before anything of it goes out; null where nothing can. */
async function lookAhead(exchange: Exchange, forwarded: Forwarded): Promise<Unstarted | null> {
  const { response } = forwarded;
  if (isEventStream(response)) {
    const held = await holdHead(response);
    refuseStopped(exchange);
    return judgeHead(exchange, { ...forwarded, reader: held.reader }, held);
  }
  if (response.body === null || !isPassedWhole(response)) return null;
  const { status, headers } = response;
  const end = toEnd(exchange, forwarded, { judgement: { kind: 'good' }, because: `status ${status}` });
  try {
    const whole = new Response(await readWhole(exchange, response), { status, headers });
    return { kind: 'answered', forwarded: { ...forwarded, response: whole }, end, status, refused: false };
  } catch (error) {
    refuseStopped(exchange);
    const silent = { kind: 'silent', because: 'answer-cut' } as const;
    return { kind: 'failed', forwarded: null, error, upstreamFailed: true, end: silent, status, refused: false };
  }
}

/** An answer may have ended because we ended it: that is nobody's failure, and nobody else is asked. */
function refuseStopped(exchange: Exchange): void {
  if (exchange.stoppedBy !== null && !isRestartable(exchange)) throw toStoppedError(exchange.stoppedBy, null);
}

/** The caller hears of it, unless somebody else can answer. @throws what no other account could mend. */
function toUnanswered(exchange: Exchange, error: unknown): Unstarted {
  const { stoppedBy } = exchange;
  const failed = {
    kind: 'failed',
    forwarded: null,
    error,
    upstreamFailed: true,
    status: null,
    refused: false,
  } as const;
  if (stoppedBy === 'connect-timeout') return { ...failed, end: { kind: 'unreachable', because: stoppedBy } };
  if (stoppedBy === 'first-byte-timeout') return { ...failed, end: { kind: 'silent', because: stoppedBy } };
  if (stoppedBy !== null || !(error instanceof GatewayError) || error.code !== 'upstream-unreachable') throw error;
  return { ...failed, end: { kind: 'unreachable', because: toReason(error) } };
}

function judgeHead(exchange: Exchange, forwarded: Forwarded, held: HeldHead): Unstarted {
  const { status } = forwarded.response;
  const failed = { kind: 'failed', forwarded, error: null, upstreamFailed: true, status, refused: false } as const;
  const good = { kind: 'answered', forwarded, status, refused: false } as const;
  if (held.kind === 'begun') {
    return { ...good, end: toEnd(exchange, forwarded, { judgement: { kind: 'good' }, because: 'answered' }) };
  }
  if (held.kind === 'broke') return { ...failed, end: { kind: 'silent', because: held.because } };
  const judgement = judgeErrorType(held.errorType);
  // A word of the upstream's, so it gets a bound.
  const because = `${held.errorType.slice(0, 100)} before any content`;
  const end = toEnd(exchange, forwarded, { judgement, because });
  return judgement.kind === 'good'
    ? { ...good, end }
    : { ...failed, upstreamFailed: judgement.kind === 'errored', end };
}

function toEnd(
  { model }: Exchange,
  { response }: Forwarded,
  found: { readonly judgement: Judgement; readonly because: string },
): AttemptEnd {
  return { kind: 'answered', headers: response.headers, model, ...found };
}

interface Settling {
  readonly result: Asked;
  readonly options: TryAccountOptions;
}

/** Writes down what was found out. */
function settle(exchange: Exchange, lease: Lease, { result, options }: Settling): AttemptResult {
  const { counts, parts } = options;
  if (counts || result.end.kind === 'unreachable')
    noteAttempt(lease, result.end, { book: parts.book, nowMs: parts.clock() });
  if (result.kind === 'failed' || exchange.attempts.length > 0) addAttempt(exchange, lease, result);
  return result;
}

function addAttempt(exchange: Exchange, lease: Lease, { end, status, startMs }: Asked): void {
  exchange.attempts.push({
    accountId: lease.account.id,
    status,
    because: end.because,
    startMs: Math.round(startMs),
    durationMs: Math.round(exchange.elapsedMs() - startMs),
  });
}

function failWithout(
  exchange: Exchange,
  lease: Lease,
  { options, error }: { readonly options: TryAccountOptions; readonly error: unknown },
): AttemptResult {
  if (exchange.stoppedBy !== null || !(error instanceof GatewayError)) throw error;
  const end: AttemptEnd = { kind: 'no-credential', because: toReason(error) };
  const result: Asked = {
    kind: 'failed',
    forwarded: null,
    error,
    upstreamFailed: false,
    end,
    startMs: exchange.elapsedMs(),
    status: null,
    refused: false,
  };
  return settle(exchange, lease, { result, options: { ...options, counts: true } });
}

function toReason({ detail, publicMessage }: GatewayError): string {
  return typeof detail['because'] === 'string' ? detail['because'] : publicMessage;
}

/** An upload is gone once it was sent; and routes that a kind of token never opens would renew it for ever. */
function mayRenew({ admitted, counts }: TryAccountOptions): boolean {
  return counts && admitted.authenticated.addressed.received.body.kind !== 'upload';
}

function isEventStream(response: Response): response is EventStream {
  const { headers, body } = response;
  // What declares its length is read whole before anything of it goes out, and broken ones are told then.
  if (body === null || headers.has('content-length')) return false;
  return (headers.get('content-type') ?? '').startsWith('text/event-stream');
}
