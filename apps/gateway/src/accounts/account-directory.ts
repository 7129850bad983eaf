import { toUpstreamHeaders } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { judgeStatus } from '@nexus/core';
import type { AccountDirectory, AccountStatus, AccountTest } from '@nexus/services';
import type { Account } from './account.ts';
import type { AccountBook } from './account-book.ts';
import { toAccountStatus } from './account-status.ts';
import { toUpstreamUrl } from './upstream.ts';

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

interface TestParts extends AccountDirectoryOptions {
  readonly signal: AbortSignal;
}

/** Lists one model: costs nothing, and needs the credential. */
async function testAccount(account: Account, parts: TestParts): Promise<AccountTest> {
  const startMs = parts.monotonicMs();
  const told = (ok: boolean, status: number | null, message: string): AccountTest => ({
    ok,
    status,
    message,
    durationMs: Math.round(parts.monotonicMs() - startMs),
  });
  try {
    const credential = account.source.current() ?? (await account.source.get(parts.signal));
    const headers = toUpstreamHeaders(new Headers({ 'anthropic-version': '2023-06-01' }), {
      credential,
      clientKey: null,
    });
    const { upstream } = account;
    const response = await parts.fetch(toUpstreamUrl(upstream, '/v1/models', '?limit=1'), {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([parts.signal, AbortSignal.timeout(TEST_MS_MAX)]),
      ...upstream.connection,
    });
    await response.body?.cancel();
    noteTest(account, response.status, parts);
    return told(response.status < 400, response.status, toTestMessage(response.status));
  } catch (error) {
    if (error instanceof GatewayError) return told(false, null, toReason(error));
    const because = error instanceof Error ? error.message : 'unknown';
    return told(false, null, `Its upstream could not be reached: ${because}`);
  }
}

const TEST_MS_MAX = 10_000;

/** A credential that works ends a failed authentication; of limits and of messages this call says nothing. */
function noteTest(account: Account, status: number, { book, clock }: TestParts): void {
  const judgement = judgeStatus(status, null, clock());
  if (judgement.kind === 'unauthenticated') {
    account.lastError = { atMs: clock(), because: `status ${status}` };
    book.note(account, { kind: 'unauthenticated', because: `status ${status}` });
  } else if (status < 400 && account.state.health.kind === 'auth-failed') book.note(account, { kind: 'renewed' });
}

function toTestMessage(status: number): string {
  if (status < 400) return 'Its upstream took the credential.';
  if (status === 401) return 'Its upstream refused the credential: replace it, or sign in again.';
  if (status === 403) return 'Its upstream knows the credential, and does not let it do this.';
  if (status === 429) return 'Its upstream took the credential, and says that a limit is reached.';
  return `Its upstream answered ${status}.`;
}

async function rotateAccount(account: Account, parts: TestParts): Promise<AccountTest> {
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

function toReason({ detail, publicMessage }: GatewayError): string {
  return typeof detail['because'] === 'string' ? detail['because'] : publicMessage;
}
