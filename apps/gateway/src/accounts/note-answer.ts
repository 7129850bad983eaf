import { maskSecretText } from '@nexus/anthropic';
import { type HealthEvent, type Judgement, type LimitWindow, parseLimitWindows } from '@nexus/core';
import type { AccountBook } from './account-book.ts';
import type { Lease } from './lease.ts';

/** What an attempt came to, as far as the health of its account and upstream goes. */
export type AttemptEnd =
  | {
      readonly kind: 'answered';
      readonly judgement: Judgement;
      readonly headers: Headers;
      readonly model: string | null;
      /** For a person: what a bad answer was. */
      readonly because: string;
    }
  /** No connection, no TLS, no such host. */
  | { readonly kind: 'unreachable'; readonly because: string }
  /** It was reached, and said nothing in its time. */
  | { readonly kind: 'silent'; readonly because: string }
  /** No credential could be had to try it with. */
  | { readonly kind: 'no-credential'; readonly because: string };

/** Limits of a busy account are read this often; its answers repeat them. */
const LIMITS_READ_MS = 1_000;

/** Tells the book what an exchange found out about its account. */
export function noteAttempt(
  lease: Lease,
  end: AttemptEnd,
  { book, nowMs }: { book: AccountBook; nowMs: number },
): void {
  const { account } = lease;
  lease.settled = true;
  if (end.kind !== 'answered' || end.judgement.kind !== 'good')
    account.lastError = { atMs: nowMs, because: end.because };
  if (end.kind === 'unreachable') {
    book.noteUpstream(account, { kind: 'unreachable' });
    // The account itself was not heard: whoever asks it next finds out.
    if (lease.probes) book.note(account, { kind: 'probe-abandoned' });
    return;
  }
  if (end.kind !== 'no-credential') book.noteUpstream(account, ANSWERED);
  else if (lease.probesUpstream) book.noteUpstream(account, { kind: 'probe-abandoned' });
  book.note(account, toHealthEvent(lease, end, nowMs));
}

/** Whatever it said, it was there. */
const ANSWERED: HealthEvent = { kind: 'answered', windows: null };

function toHealthEvent(lease: Lease, end: Exclude<AttemptEnd, { kind: 'unreachable' }>, nowMs: number): HealthEvent {
  if (end.kind === 'silent') return { kind: 'errored' };
  if (end.kind === 'no-credential') return { kind: 'no-token' };
  const { judgement, headers, model, because } = end;
  switch (judgement.kind) {
    case 'good':
      return { kind: 'answered', windows: findLimits(lease, headers, nowMs) };
    case 'throttled': {
      const windows = parseLimitWindows(headers);
      return { kind: 'throttled', model: toKeptModel(model), windows, retryAfterMs: judgement.retryAfterMs };
    }
    case 'errored':
      return { kind: 'errored' };
    case 'unauthenticated':
      return { kind: 'unauthenticated', because };
    case 'forbidden':
      return { kind: 'forbidden', model: toKeptModel(model) };
    default:
      return judgement satisfies never;
  }
}

const MODEL_LENGTH_MAX = 200;

/** Callers write it, and it is kept and shown: nothing long, and no key that slipped in. */
function toKeptModel(model: string | null): string | null {
  if (model === null || model.length > MODEL_LENGTH_MAX) return null;
  return maskSecretText(model) === model ? model : null;
}

function findLimits({ account }: Lease, headers: Headers, nowMs: number): readonly LimitWindow[] | null {
  if (nowMs - account.limitsReadMs < LIMITS_READ_MS) return null;
  account.limitsReadMs = nowMs;
  const windows = parseLimitWindows(headers);
  return windows.length === 0 ? null : windows;
}
