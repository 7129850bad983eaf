import { GatewayError } from '@nexus/contract';
import { judgeStatus } from '@nexus/core';
import type { AccountDirectory, AccountStatus, AccountTest } from '@nexus/services';
import type { Account } from './account.ts';
import type { AccountBook } from './account-book.ts';
import { toAccountStatus } from './account-status.ts';
import { testCredential, toReason } from './test-credential.ts';

/** The interface lives with the operations that use it. */
export type { AccountDirectory } from '@nexus/services';

export interface AccountDirectoryOptions {
  readonly book: AccountBook;
  /** Domains by the id of the account that serves them; `*.example.com` for a wildcard. */
  readonly domains: () => ReadonlyMap<string, readonly string[]>;
  /** Keeps a pause, or its end, for a restart and for other instances. */
  readonly save: (account: Account) => Promise<void>;
  readonly fetch: (url: string, options: BunFetchRequestInit) => Promise<Response>;
  readonly clock: () => number;
  readonly monotonicMs: () => number;
}

/** What a person may see of accounts and do with them. */
export function createAccountDirectory(options: AccountDirectoryOptions): AccountDirectory {
  const { book, domains, save } = options;

  function show(account: Account): AccountStatus {
    return toAccountStatus(account, domains().get(account.id) ?? []);
  }

  return {
    list() {
      const served = domains();
      return book.list().map((account) => toAccountStatus(account, served.get(account.id) ?? []));
    },
    async pause(id) {
      const account = book.find(id);
      if (account === null) return null;
      book.note(account, { kind: 'paused' });
      await save(account);
      return show(account);
    },
    async resume(id) {
      const account = book.find(id);
      if (account === null) return null;
      book.note(account, { kind: account.state.health.kind === 'paused' ? 'resumed' : 'renewed' });
      await save(account);
      return show(account);
    },
    async test(id, signal) {
      const account = book.find(id);
      return account === null ? null : testAccount(account, { ...options, signal });
    },
    async rotate(id, signal) {
      const account = book.find(id);
      return account === null ? null : rotateAccount(account, { ...options, signal });
    },
  };
}

interface ActParts extends AccountDirectoryOptions {
  readonly signal: AbortSignal;
}

async function testAccount(account: Account, parts: ActParts): Promise<AccountTest> {
  const tested = await testCredential(account, parts);
  if (tested.status !== null) noteTest(account, tested.status, parts);
  return tested.status === 401 ? { ...tested, message: `${tested.message} Replace it, or sign in again.` } : tested;
}

/** A credential that works ends a failed authentication; of limits and of messages this call says nothing. */
function noteTest(account: Account, status: number, { book, clock }: ActParts): void {
  const judgement = judgeStatus(status, null, clock());
  if (judgement.kind === 'unauthenticated') {
    account.lastError = { atMs: clock(), because: `status ${status}` };
    book.note(account, { kind: 'unauthenticated', because: `status ${status}` });
  } else if (status < 400 && account.state.health.kind === 'auth-failed') book.note(account, { kind: 'renewed' });
}

async function rotateAccount(account: Account, parts: ActParts): Promise<AccountTest> {
  const startMs = parts.monotonicMs();
  const told = (ok: boolean, message: string): AccountTest => ({
    ok,
    status: null,
    message,
    durationMs: Math.round(parts.monotonicMs() - startMs),
  });
  try {
    await account.source.rotate(parts.signal);
    if (account.state.health.kind === 'auth-failed') parts.book.note(account, { kind: 'renewed' });
    return told(true, 'It has a new token.');
  } catch (error) {
    return told(false, error instanceof GatewayError ? toReason(error) : 'No token could be had.');
  }
}
