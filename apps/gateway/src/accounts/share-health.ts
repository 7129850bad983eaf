import { type HealthState, toOpenMs } from '@nexus/core';
import { claimAccountTurns, loadAccountStates, saveAccountStates, type Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import type { Account } from './account.ts';
import type { AccountBook, AccountPool } from './account-book.ts';
import { HealthStateShape } from './health-shape.ts';

/** Tells other processes what this one finds out of its accounts, and learns from them. Nobody's request waits for it. */
export interface HealthShare {
  /** Writes one account now; does nothing without a database, where it is written as soon as there is one. */
  save(account: Account): Promise<void>;
  close(): void;
}

export interface HealthShareOptions {
  readonly book: AccountBook;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** A UUID, one a process. */
  readonly processId: string;
  readonly clock: () => number;
  readonly log: Logger;
}

const SHARE_MS = 1_000;
/** What an account's windows say changes with each answer; others need to know it only roughly. */
const WINDOWS_SHARED_MS = 5_000;
/** Turns that a process takes at a time; it takes more where it used them up before it could ask again. */
const TURNS = 64;

interface Share extends HealthShareOptions {
  /** Accounts that were found out about since they were last written. */
  readonly unwritten: Set<string>;
  /** When windows were last written, by account. */
  readonly windowsMs: Map<string, number>;
  /** States of accounts that no file here holds yet, and of all before they are met for the first time. */
  readonly unmet: Map<string, HealthState>;
  readonly met: Set<string>;
  sinceMs: number | null;
  failing: boolean;
}

export function createHealthShare(options: HealthShareOptions): HealthShare {
  const share: Share = {
    ...options,
    unwritten: new Set(),
    windowsMs: new Map(),
    unmet: new Map(),
    met: new Set(),
    sinceMs: null,
    failing: false,
  };
  let working: Promise<void> | null = null;

  function work(): Promise<void> {
    working ??= synchronise(share).finally(() => {
      working = null;
    });
    return working;
  }

  options.book.onChange(({ account, before }) => {
    if (isWorthSharing(share, account, before)) share.unwritten.add(account.id);
  });
  const timer = setInterval(() => void work(), SHARE_MS);
  timer.unref();
  return {
    save: async (account) => {
      share.unwritten.add(account.id);
      // What runs already may have begun before this change.
      await working;
      await work();
    },
    close: () => clearInterval(timer),
  };
}

function isWorthSharing({ windowsMs, clock }: Share, { id, state }: Account, before: HealthState): boolean {
  if (state.health !== before.health || state.modelRests !== before.modelRests) return true;
  if (state.windows === before.windows) return false;
  const nowMs = clock();
  if (nowMs - (windowsMs.get(id) ?? -Infinity) < WINDOWS_SHARED_MS) return false;
  windowsMs.set(id, nowMs);
  return true;
}

async function synchronise(share: Share): Promise<void> {
  const storage = share.storage();
  if (storage === null) return;
  try {
    // Reading first: a pause from before a restart must not be overwritten by an account that has just begun well.
    await learn(share, storage);
    await tell(share, storage);
    for (const pool of share.book.pools()) await takeTurns(pool, storage);
    share.failing = false;
  } catch (error) {
    if (!share.failing)
      share.log.warn({ error }, 'how accounts are cannot be shared; each process goes by what it finds out');
    share.failing = true;
  }
}

async function learn(share: Share, storage: Storage): Promise<void> {
  const { book, unmet, met, unwritten, clock } = share;
  const { states, changedAtMs } = await loadAccountStates(storage, share.processId, share.sinceMs);
  share.sinceMs = changedAtMs ?? 0;
  for (const { accountId, state } of states) {
    const parsed = HealthStateShape.safeParse(state);
    if (parsed.success) unmet.set(accountId, parsed.data);
  }
  for (const [accountId, state] of unmet) {
    const account = book.find(accountId);
    if (account === null) continue;
    unmet.delete(accountId);
    const isFirst = !met.has(accountId);
    met.add(accountId);
    if (mayAdopt(account, state, { isFirst, isOwnNewer: unwritten.has(accountId), nowMs: clock() }))
      book.adopt(account, state);
  }
}

interface Adopting {
  readonly isFirst: boolean;
  readonly isOwnNewer: boolean;
  readonly nowMs: number;
}

/** What files say is not learnt from others; what a process before this one found out may have been mended since. */
function mayAdopt(account: Account, state: HealthState, { isFirst, isOwnNewer, nowMs }: Adopting): boolean {
  if (account.state.health.kind === 'disabled' || state.health.kind === 'disabled') return false;
  if (state.health.kind === 'paused') return true;
  if (isOwnNewer) return false;
  return !isFirst || (state.health.kind === 'resting' && toOpenMs({ ...account, state }, null) > nowMs);
}

async function tell({ book, unwritten, processId }: Share, storage: Storage): Promise<void> {
  if (unwritten.size === 0) return;
  const ids = [...unwritten];
  unwritten.clear();
  const states = ids.flatMap((accountId) => {
    const account = book.find(accountId);
    return account === null ? [] : [{ accountId, state: account.state }];
  });
  try {
    await saveAccountStates(storage, states, processId);
  } catch (error) {
    for (const id of ids) unwritten.add(id);
    throw error;
  }
}

/** Processes that share a pool take turns from it in blocks, so that round robin stays even over all of them. */
async function takeTurns(pool: AccountPool, storage: Storage): Promise<void> {
  const takes = pool.strategy === 'round-robin' || pool.strategy === 'weighted';
  if (!takes || pool.members.length < 2 || pool.turnsLeft > TURNS / 2) return;
  const count = TURNS + 2 * Math.max(0, -pool.turnsLeft);
  pool.turn = await claimAccountTurns(storage, pool.members.map(({ id }) => id).join('\n'), count);
  pool.turnsLeft = count;
}
