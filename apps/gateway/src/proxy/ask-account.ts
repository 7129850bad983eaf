import type { Usage, UpstreamCredential } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type AbandonedCall, type Judgement, judgeErrorType, judgeStatus } from '@nexus/core';
import type { Account } from '../accounts/account.ts';
import type { AttemptEnd } from '../accounts/note-answer.ts';
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
      /** What Claude had counted by then; absent where it had counted nothing. */
      readonly used?: UsedInVain;
    };

/** What is billed of an answer that nobody gets. */
type UsedInVain = Pick<AbandonedCall, 'usage' | 'outcome'>;

/** What was asked, with all that the health of its account and its record need. */
export type Asked = AttemptResult & {
  readonly end: AttemptEnd;
  readonly startMs: number;
  readonly status: number | null;
  /** 401: another token may do. */
  readonly refused: boolean;
};

export interface AskOptions {
  readonly admitted: Admitted;
  readonly parts: ForwardParts & { readonly clock: () => number };
  readonly credential: UpstreamCredential;
  /** Whether somebody else may be asked after it: only then is anything of its answer held back. */
  readonly mayMove: boolean;
}

/** Forwards to one account once, and judges what it said. @throws what no other account could mend. */
export async function askAccount(exchange: Exchange, account: Account, options: AskOptions): Promise<Asked> {
  const { admitted, parts, credential } = options;
  const { addressed, clientKey } = admitted.authenticated;
  const startMs = exchange.elapsedMs();
  const { upstream } = account;
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
  if (held.kind === 'broke') {
    return { ...failed, ...toUsed(held.usage, 'cut'), end: { kind: 'silent', because: held.because } };
  }
  const judgement = judgeErrorType(held.errorType);
  // A word of the upstream's, so it gets a bound.
  const because = `${held.errorType.slice(0, 100)} before any content`;
  const end = toEnd(exchange, forwarded, { judgement, because });
  return judgement.kind === 'good'
    ? { ...good, end }
    : { ...failed, ...toUsed(held.usage, 'stream-error'), upstreamFailed: judgement.kind === 'errored', end };
}

function toUsed(usage: Usage | null, outcome: UsedInVain['outcome']): { used?: UsedInVain } {
  return usage === null ? {} : { used: { usage, outcome } };
}

function toEnd(
  { model }: Exchange,
  { response }: Forwarded,
  found: { readonly judgement: Judgement; readonly because: string },
): AttemptEnd {
  return { kind: 'answered', headers: response.headers, model, ...found };
}

/** What a person is told of an error of ours. */
export function toReason({ detail, publicMessage }: GatewayError): string {
  return typeof detail['because'] === 'string' ? detail['because'] : publicMessage;
}

function isEventStream(response: Response): response is Response & EventStream {
  const { headers, body } = response;
  // What declares its length is read whole before anything of it goes out, and broken ones are told then.
  if (body === null || headers.has('content-length')) return false;
  return (headers.get('content-type') ?? '').startsWith('text/event-stream');
}
