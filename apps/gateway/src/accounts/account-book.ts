import {
  type HealthEvent,
  type HealthState,
  HEALTHY,
  type PoolStrategy,
  stepHealth,
  toModelFilter,
  toSeed,
} from '@nexus/core';
import type { Logger } from '@nexus/telemetry';
import type { Account } from './account.ts';
import type { AccountSettings } from './account-file.ts';
import type { TokenSources } from './token-source.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamBook } from './upstream-book.ts';

/** The accounts that serve one domain, and what is remembered of how they were chosen. */
export interface AccountPool {
  readonly strategy: PoolStrategy;
  readonly members: readonly Account[];
  /** Counts choices; where others share the pool, in blocks of the shared count. */
  turn: number;
  /** Of the block that was taken last; below zero where choosing went on without another. */
  turnsLeft: number;
}

/** What happened to an account or to its upstream, for whoever tells or shares it. */
export interface HealthChange {
  readonly account: Account;
  readonly before: HealthState;
}

/** All accounts of a process. One id is one account, in whichever files it stands. */
export interface AccountBook {
  /** The pool of a file as it is now: the same one until its accounts change. Cheap: for every request. */
  poolOf(settings: readonly AccountSettings[], strategy: PoolStrategy): AccountPool;
  find(id: string): Account | null;
  list(): readonly Account[];
  /** Those of the files as they were last looked at. */
  pools(): readonly AccountPool[];
  /** Steps the health of an account, and tells those who listen where it changed. */
  note(account: Account, event: HealthEvent): void;
  /** The same for where it sends its requests. */
  noteUpstream(account: Account, event: HealthEvent): void;
  /** Takes over what another process found out. Nobody is told: who found out told it. */
  adopt(account: Account, state: HealthState): void;
  onChange(listener: (change: HealthChange) => void): void;
  /** Told of each upstream whose health was stepped here. */
  onUpstreamChange(listener: (upstream: Upstream) => void): void;
  /** Forgets accounts that stand in no file any more; what they answer now goes on. */
  keep(files: readonly (readonly AccountSettings[])[]): void;
}

export interface AccountBookOptions {
  readonly sources: TokenSources;
  readonly upstreams: UpstreamBook;
  readonly clock: () => number;
  readonly log: Logger;
}

export function createAccountBook(options: AccountBookOptions): AccountBook {
  const accounts = new Map<string, Account>();
  // A file that is read anew has a list of its own, so what was made of the old one goes with it.
  const pools = new WeakMap<readonly AccountSettings[], AccountPool>();
  let current: readonly AccountPool[] = [];
  const listeners: ((change: HealthChange) => void)[] = [];
  const upstreamListeners: ((upstream: Upstream) => void)[] = [];

  function note(account: Account, event: HealthEvent): void {
    const before = account.state;
    account.state = stepHealth(before, event, options.clock());
    if (account.state === before) return;
    for (const listener of listeners) listener({ account, before });
  }

  return {
    poolOf(settings, strategy) {
      const known = pools.get(settings);
      if (known !== undefined) return known;
      const members = settings.map((each) => openAccount(each, { ...options, accounts, note }));
      const pool: AccountPool = { strategy, members, turn: 0, turnsLeft: 0 };
      pools.set(settings, pool);
      return pool;
    },
    find: (id) => accounts.get(id) ?? null,
    list: () => [...accounts.values()],
    pools: () => current,
    note,
    noteUpstream({ upstream }, event) {
      const before = upstream.state;
      upstream.state = stepHealth(before, event, options.clock());
      if (upstream.state.health === before.health) return;
      for (const listener of upstreamListeners) listener(upstream);
    },
    adopt(account, state) {
      account.state = state;
    },
    onChange: (listener) => void listeners.push(listener),
    onUpstreamChange: (listener) => void upstreamListeners.push(listener),
    keep(files) {
      current = files.flatMap((file) => pools.get(file) ?? []);
      const kept = files.flat();
      const ids = new Set(kept.map(({ id }) => id));
      for (const id of accounts.keys()) if (!ids.has(id)) accounts.delete(id);
      options.sources.keep(kept);
    },
  };
}

interface OpenAccountParts extends AccountBookOptions {
  readonly accounts: Map<string, Account>;
  readonly note: AccountBook['note'];
}

/** The account of these settings, made where it is new; one that is known keeps its health and what it answers now. */
function openAccount(settings: AccountSettings, { accounts, note, sources, ...parts }: OpenAccountParts): Account {
  const source = sources.of(settings);
  const { upstream, problem } = findUpstream(settings, parts);
  const known = accounts.get(settings.id);
  const account = known ?? createAccount({ settings, source, upstream });
  const renewed = known !== undefined && known.source !== source;
  accounts.set(settings.id, Object.assign(account, { settings, source, upstream, ...toShares(settings) }));
  if (renewed) note(account, { kind: 'renewed' });
  if (problem !== null) account.lastError = { atMs: parts.clock(), because: problem };
  note(account, { kind: settings.disabled || problem !== null ? 'disabled' : 'enabled' });
  return account;
}

/** An account whose upstream cannot be had must not take the others of its file away. */
function findUpstream(
  settings: AccountSettings,
  { upstreams, log }: Pick<AccountBookOptions, 'upstreams' | 'log'>,
): { readonly upstream: Upstream; readonly problem: string | null } {
  try {
    return { upstream: upstreams.of(settings), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    log.error({ accountId: settings.id, because: problem }, 'an account cannot be used');
    return { upstream: upstreams.common, problem };
  }
}

function createAccount(parts: Pick<Account, 'settings' | 'source' | 'upstream'>): Account {
  const { id } = parts.settings;
  return {
    id,
    seed: toSeed(id),
    ...parts,
    ...toShares(parts.settings),
    state: HEALTHY,
    inFlight: 0,
    lastError: null,
    limitsReadMs: -Infinity,
  };
}

function toShares({ weight, priority, models }: AccountSettings): Pick<Account, 'weight' | 'priority' | 'models'> {
  return { weight, priority, models: models === null ? null : toModelFilter(models) };
}
