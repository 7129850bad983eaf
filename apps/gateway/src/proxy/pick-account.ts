import type { UpstreamCredential } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type AccountChoice, type Asked, chooseAccount, toSeed } from '@nexus/core';
import type { Account } from '../accounts/account.ts';
import type { AccountBook, AccountPool } from '../accounts/account-book.ts';
import type { AccountSettings } from '../accounts/account-file.ts';
import { chooseHome } from '../accounts/choose-home.ts';
import type { ConversationPlaces } from '../accounts/conversation-places.ts';
import { type Lease, takeLease } from '../accounts/lease.ts';
import type { Upstream } from '../accounts/upstream.ts';
import type { Exchange } from './exchange.ts';
import type { Admitted } from './limit.ts';
import type { Received } from './receive.ts';

/** A request that knows where it goes, and with which credential. */
export interface Routed {
  readonly phase: 'routed';
  readonly received: Received;
  readonly credential: UpstreamCredential;
  readonly clientKey: string | null;
  readonly upstream: Upstream;
}

export interface PickAccountParts {
  readonly book: AccountBook;
  readonly places: ConversationPlaces;
  /** ANTHROPIC_API_KEY as a pool of one, for domains without a file; empty where it is not set. */
  readonly defaultAccounts: readonly AccountSettings[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Whose credential answers a request. */
export type Route =
  /** The caller's own, passed through and never stored. */
  | { readonly kind: 'own' }
  | {
      readonly kind: 'pool';
      readonly pool: AccountPool;
      /** Whether any account of the pool can answer it: a file or a batch lives at one account only. */
      readonly movable: boolean;
      /** What is found out about an account counts for its health. */
      readonly counts: boolean;
      /** See `Asked.affinity`. */
      readonly affinity: number;
      /** Whether it is remembered where a conversation is. */
      readonly remembers: boolean;
    };

/** The pool of the domain, else the default key, else what the caller brought. */
export function findRoute(exchange: Exchange, admitted: Admitted, parts: PickAccountParts): Route {
  const { addressed, trustedForDomain, bringsCredential } = admitted.authenticated;
  const { served, received } = addressed;
  // A domain with a file of its own is served by what stands there, be it nobody: never by the key of somebody else.
  const accounts = served.source === 'default' ? parts.defaultAccounts : served.accounts;
  if (trustedForDomain && accounts.length > 0) {
    const pool = parts.book.poolOf(accounts, served.strategy);
    const counts = isMessagesCall(exchange);
    const movable = (counts || isModelList(exchange)) && received.body.kind !== 'upload';
    const isShared = movable && pool.members.length > 1;
    const remembers = isShared && (pool.strategy === 'sticky' || pool.strategy === 'quota-aware');
    return { kind: 'pool', pool, movable, counts, remembers, affinity: isShared ? toAffinityKey(exchange) : 0 };
  }
  if (bringsCredential || isProbe(exchange)) return { kind: 'own' };
  // Whoever has put a file in place must not be told that there is none.
  if (accounts.length > 0) throw new GatewayError('key-missing', { publicMessage: toKeyDemand(served.domain) });
  throw new GatewayError('credential-missing');
}

function toKeyDemand(domain: string): string {
  return (
    `A Claude credential is stored for ${domain}, and it serves only callers with a key. ` +
    'Put a Claude Nexus key, or the `client_api_key` of the domain, into `x-api-key` or `Authorization: Bearer`.'
  );
}

/** Chooses an account of the pool that is not among `excluded`. Re-entered when one that was chosen could not answer. */
export function chooseFor(
  exchange: Exchange,
  route: Extract<Route, { kind: 'pool' }>,
  { excluded, places, clock }: Pick<PickAccountParts, 'places' | 'clock'> & { readonly excluded: ReadonlySet<string> },
): AccountChoice<Account> {
  const { pool, affinity, movable, remembers } = route;
  if (!movable) return chooseHome(pool.members, excluded);
  const stays = remembers ? places.find(affinity) : null;
  const asked: Asked = { model: exchange.model, affinity, stays, turn: pool.turn, excluded };
  return chooseAccount(pool, asked, clock());
}

/** Takes what was chosen, for as long as the exchange lives. */
export function pickAccount(
  exchange: Exchange,
  { pool, affinity, remembers, counts }: Extract<Route, { kind: 'pool' }>,
  {
    choice,
    book,
    places,
  }: Pick<PickAccountParts, 'book' | 'places'> & { choice: Extract<AccountChoice<Account>, { kind: 'chosen' }> },
): Lease {
  pool.turn = (pool.turn + 1) % TURNS_MAX;
  pool.turnsLeft -= 1;
  if (remembers) places.put(affinity, choice.member.id, choice.because !== 'stays' && isOutOfOrder(pool));
  const lease = takeLease(choice, { book, counts });
  exchange.accountId = choice.member.id;
  exchange.lease = lease;
  return lease;
}

/** Whether a process for which all accounts are well would choose otherwise. */
function isOutOfOrder({ strategy, members }: AccountPool): boolean {
  if (strategy === 'quota-aware') return true;
  return members.some(({ state, upstream }) => {
    const isWell = state.health.kind === 'healthy' && upstream.state.health.kind === 'healthy';
    return !isWell || state.modelRests.length > 0;
  });
}

/** Far below where a golden-ratio sequence loses digits. */
const TURNS_MAX = 1 << 24;

/** Sub-agents have prompts of their own, so nothing is lost by spreading them over the pool. */
function toAffinityKey({ affinityKey, headers }: Exchange): number {
  const agentId = headers.get('x-claude-code-agent-id');
  return toSeed(agentId === null ? affinityKey : `${affinityKey}/${agentId}`);
}

function isMessagesCall({ method, path }: Exchange): boolean {
  return method === 'POST' && (path === '/v1/messages' || path === '/v1/messages/count_tokens');
}

function isModelList({ method, path }: Exchange): boolean {
  return method === 'GET' && (path === '/v1/models' || path.startsWith('/v1/models/'));
}

/** Claude Code asks whether its base URL answers, without any credential; so does the upstream take it. */
function isProbe({ method, path }: Exchange): boolean {
  return (method === 'HEAD' || method === 'GET') && (path === '/' || path === '/api/hello');
}
