import { GatewayError } from '@nexus/contract';
import { type AccountChoice, type AttemptBounds, decideNextAttempt } from '@nexus/core';
import type { Account } from '../accounts/account.ts';
import { type Lease, endLease } from '../accounts/lease.ts';
import type { Upstream } from '../accounts/upstream.ts';
import type { AttemptResult } from './ask-account.ts';
import { discardAnswer } from './discard-answer.ts';
import { type Exchange, enterPhase, startUpstreamAgain } from './exchange.ts';
import { type Forwarded, type ForwardParts, forward } from './forward.ts';
import type { Admitted } from './limit.ts';
import { pauseExchange } from './pause-exchange.ts';
import { type PickAccountParts, type Route, chooseFor, findRoute, pickAccount } from './pick-account.ts';
import { toNobodyError } from './nobody-error.ts';
import { tryAccount } from './try-account.ts';

export interface ReachParts extends ForwardParts, PickAccountParts {
  /** Where the requests of callers with a credential of their own go. */
  readonly commonUpstream: Upstream;
  readonly attemptBounds: AttemptBounds;
  /** From 0 to 1, anew each time. */
  readonly chance: () => number;
}

/** A credential of the caller's own is for the host that it named to us as its proxy, and for nobody else. */
function refuseElsewhere({ asked }: Exchange, { baseUrl }: Upstream): void {
  if (asked === null) return;
  const { hostname, port, protocol } = new URL(baseUrl);
  const common = `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
  if (asked.target !== common) throw new GatewayError('target-refused', { detail: { target: asked.target } });
}

type PoolRoute = Extract<Route, { kind: 'pool' }>;

/** What an exchange has spent on finding an account that answers. */
interface Search {
  readonly route: PoolRoute;
  readonly admitted: Admitted;
  readonly parts: ReachParts;
  readonly excluded: Set<string>;
  count: number;
  startMs: number;
}

/**
 * Picks an account and forwards, and does so again with another one while nothing of an answer has gone out. `begin` is
 * called once, when it is known who is asked first. What the last one asked said, good or bad, is what the caller gets.
 */
export async function reachUpstream(
  exchange: Exchange,
  admitted: Admitted,
  { parts, begin }: { readonly parts: ReachParts; readonly begin: () => void },
): Promise<Forwarded> {
  enterPhase(exchange, 'pick-account');
  const route = findRoute(exchange, admitted, parts);
  if (route.kind === 'own') {
    refuseElsewhere(exchange, parts.commonUpstream);
    begin();
    return forward(exchange, toOwn(admitted, parts.commonUpstream), parts);
  }
  const search: Search = { route, admitted, parts, excluded: new Set(), count: 0, startMs: exchange.elapsedMs() };
  const first = chooseFor(exchange, route, { places: parts.places, clock: parts.clock, excluded: search.excluded });
  // Nearly always somebody is there at once, and a promise less is made.
  let choice = first.kind === 'chosen' ? first : await waitForFirst(exchange, search, first);
  for (;;) {
    const lease = pickAccount(exchange, route, { choice, book: parts.book, places: parts.places });
    if (search.count === 0) begin();
    search.count += 1;
    const mayMove = route.movable && route.pool.members.length > 1 && search.count < parts.attemptBounds.attemptsMax;
    const result = await tryAccount(exchange, lease, {
      admitted,
      parts,
      book: parts.book,
      counts: route.counts,
      mayMove,
    });
    if (result.kind === 'answered') return result.forwarded;
    search.excluded.add(lease.account.id);
    const next = mayMove ? await findNext(exchange, search, result) : null;
    if (next === null) return passOn(result);
    abandon(exchange, lease, result);
    endLease(lease, parts.book);
    // What is waited for from here on is no silence of the one that failed.
    exchange.waitingSinceMs = null;
    enterPhase(exchange, 'pick-account');
    choice = next;
  }
}

/** Nobody will see this answer, and what it used is billed all the same: to the account that gave it. */
function abandon(exchange: Exchange, { account }: Lease, { forwarded, used }: FailedAttempt): void {
  discardAnswer(forwarded);
  const status = forwarded?.response.status ?? null;
  if (used !== undefined) exchange.abandonedCalls.push({ accountId: account.id, status, ...used });
}

type Chosen = Extract<AccountChoice<Account>, { kind: 'chosen' }>;

/** Nobody could be asked at once: waits where somebody is back soon, else refuses. */
async function waitForFirst(
  exchange: Exchange,
  search: Search,
  first: Exclude<AccountChoice<Account>, Chosen>,
): Promise<Chosen> {
  const waited = first.kind === 'resting' ? await waitForNext(exchange, search, false) : null;
  if (waited !== null) return waited;
  throw toNobodyError(first, search.route.pool.members, search.parts.clock());
}

/** Who is asked after an attempt that failed; null where nobody is, or not in time. */
async function findNext(exchange: Exchange, search: Search, failed: FailedAttempt): Promise<Chosen | null> {
  if (exchange.callerIsGone || exchange.ended) return null;
  const { stoppedBy } = exchange;
  startUpstreamAgain(exchange);
  const next = await waitForNext(exchange, search, failed.upstreamFailed);
  if (next === null) exchange.stoppedBy ??= stoppedBy;
  return next;
}

type FailedAttempt = Extract<AttemptResult, { kind: 'failed' }>;

/** How often an exchange looks again for somebody who is back; each time somebody else may have been quicker. */
const LOOKS_MAX = 5;

async function waitForNext(exchange: Exchange, search: Search, upstreamFailed: boolean): Promise<Chosen | null> {
  const { parts, route, excluded, count, startMs } = search;
  let backsOff = upstreamFailed;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const choice = chooseFor(exchange, route, { places: parts.places, clock: parts.clock, excluded });
    const soFar = {
      count,
      elapsedMs: exchange.elapsedMs() - startMs,
      upstreamFailed: backsOff,
      bounds: parts.attemptBounds,
    };
    const next = decideNextAttempt(choice, { ...soFar, chance: parts.chance() }, parts.clock());
    if (next.kind === 'give-up') return null;
    if (next.kind === 'go' && next.waitMs === 0) return next.choice;
    await pauseExchange(exchange, next.waitMs);
    // Whoever was to be asked may rest by now; whoever told to wait may be asked again.
    backsOff = false;
    if (next.kind === 'wait') excluded.clear();
  }
  return null;
}

function passOn({ forwarded, error }: FailedAttempt): Forwarded {
  if (forwarded === null) throw error;
  return forwarded;
}

function toOwn(admitted: Admitted, upstream: Upstream): Parameters<typeof forward>[1] {
  const { addressed, clientKey } = admitted.authenticated;
  return { phase: 'routed', received: addressed.received, credential: { kind: 'pass-through' }, clientKey, upstream };
}
