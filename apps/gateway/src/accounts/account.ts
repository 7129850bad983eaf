import type { HealthState, PoolMember } from '@nexus/core';
import type { AccountSettings } from './account-file.ts';
import type { TokenSource } from './token-source.ts';
import type { Upstream } from './upstream.ts';

/** One account while the process runs: what its file says, and how it is. Changed only by the account book and its leases. */
export interface Account extends PoolMember {
  settings: AccountSettings;
  source: TokenSource;
  weight: number;
  priority: number;
  models: PoolMember['models'];
  upstream: Upstream;
  state: HealthState;
  /** Exchanges of this process that it answers now. */
  inFlight: number;
  /** Names no secret. Epoch milliseconds. */
  lastError: { readonly atMs: number; readonly because: string } | null;
  /** When limits were last read from its answers: a busy account tells them a hundred times a second. Epoch milliseconds. */
  limitsReadMs: number;
}
