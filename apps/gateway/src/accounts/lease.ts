import { type AccountChoice, type ChoiceReason, needsProbe } from '@nexus/core';
import type { Account } from './account.ts';
import type { AccountBook } from './account-book.ts';

/** An account that one exchange uses now. */
export interface Lease {
  readonly account: Account;
  readonly because: ChoiceReason;
  /** Whether all others wait for what this exchange finds out about the account, or about its upstream. */
  readonly probes: boolean;
  readonly probesUpstream: boolean;
  /** It has found out. */
  settled: boolean;
  open: boolean;
}

export interface LeaseParts {
  readonly book: AccountBook;
  /** Whether what becomes of the exchange tells how the account is: a list of files does not. */
  readonly counts: boolean;
}

export function takeLease(
  { member: account, because }: Extract<AccountChoice<Account>, { kind: 'chosen' }>,
  { book, counts }: LeaseParts,
): Lease {
  const lease: Lease = {
    account,
    because,
    probes: counts && needsProbe(account.state),
    probesUpstream: counts && needsProbe(account.upstream.state),
    settled: false,
    open: true,
  };
  account.inFlight += 1;
  if (lease.probes) book.note(account, { kind: 'probe-started' });
  if (lease.probesUpstream) book.noteUpstream(account, { kind: 'probe-started' });
  return lease;
}

/** Gives the account back; once, however often it is called. A probe that found out nothing leaves the next one to. */
export function endLease(lease: Lease, book: AccountBook): void {
  if (!lease.open) return;
  lease.open = false;
  lease.account.inFlight -= 1;
  if (lease.settled) return;
  if (lease.probes) book.note(lease.account, { kind: 'probe-abandoned' });
  if (lease.probesUpstream) book.noteUpstream(lease.account, { kind: 'probe-abandoned' });
}
