import type { UpstreamCredential } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import type { AccountBook } from '../accounts/account-book.ts';
import type { Lease } from '../accounts/lease.ts';
import { type AttemptEnd, noteAttempt } from '../accounts/note-answer.ts';
import { type Asked, type AskOptions, type AttemptResult, askAccount, toReason } from './ask-account.ts';
import { discardAnswer } from './discard-answer.ts';
import type { Exchange } from './exchange.ts';

export interface TryAccountOptions extends Omit<AskOptions, 'credential'> {
  readonly book: AccountBook;
  /** Whether what is found out tells how the account is. */
  readonly counts: boolean;
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
  const first = await askAccount(exchange, lease.account, { ...options, credential });
  const other = mayRenew(first, options) ? await source.renew(credential, signal).catch(() => null) : null;
  if (other === null) return settle(exchange, lease, { result: first, options });
  addAttempt(exchange, lease, first);
  discardAnswer(first.forwarded);
  const second = await askAccount(exchange, lease.account, { ...options, credential: other });
  return settle(exchange, lease, { result: second, options });
}

interface Settling {
  readonly result: Asked;
  readonly options: TryAccountOptions;
}

/** Writes down what was found out. */
function settle(exchange: Exchange, lease: Lease, { result, options }: Settling): AttemptResult {
  const { counts, book, parts } = options;
  if (counts || result.end.kind === 'unreachable') noteAttempt(lease, result.end, { book, nowMs: parts.clock() });
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

/** No credential could be had: somebody else may have one. */
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

/** An upload is gone once it was sent; and routes that a kind of token never opens would renew it for ever. */
function mayRenew(asked: Asked, { admitted, counts }: TryAccountOptions): boolean {
  return (
    asked.kind === 'failed' &&
    asked.refused &&
    counts &&
    admitted.authenticated.addressed.received.body.kind !== 'upload'
  );
}
