/**
 * What a pool costs an exchange on the main thread, from its route to its account given back, with 1 and with 100
 * accounts: `bun apps/gateway/bench/pick-account.ts`. Each figure is the best of nine rounds, so that neighbours on the
 * machine count least.
 */
import { Secret } from '@nexus/config';
import { POOL_STRATEGIES, type PoolStrategy } from '@nexus/core';
import { createSilentLogger } from '@nexus/telemetry';
import { createAccountBook } from '../src/accounts/account-book.ts';
import type { AccountSettings } from '../src/accounts/account-file.ts';
import { createConversationPlaces } from '../src/accounts/conversation-places.ts';
import { createTokenSources } from '../src/accounts/credentials/create-token-sources.ts';
import { endLease } from '../src/accounts/lease.ts';
import { noteAttempt } from '../src/accounts/note-answer.ts';
import { createUpstreamBook } from '../src/accounts/upstream-book.ts';
import { type Exchange, createExchange } from '../src/proxy/exchange.ts';
import type { Admitted } from '../src/proxy/limit.ts';
import { chooseFor, findRoute, pickAccount } from '../src/proxy/pick-account.ts';

const ROUNDS = 9;
const CALLS = 20_000;
const NOW_MS = 1_800_000_000_000;

const clock = (): number => NOW_MS;
const log = createSilentLogger();
const unused = (): never => {
  throw new Error('nothing is minted here');
};
const sources = createTokenSources({
  secrets: { read: unused },
  fetch: unused,
  lock: unused,
  loginDefaults: { tokenUrl: 'https://example.com', clientId: 'bench' },
  clock,
  newId: () => 'bench',
});
const upstreams = createUpstreamBook({
  baseUrl: 'https://api.anthropic.com',
  connectTimeoutMs: 1_000,
  monotonicMs: () => 0,
  probing: false,
  privateAllowed: false,
  clock,
  log,
});
const book = createAccountBook({ sources, upstreams, clock, log });
const places = createConversationPlaces(() => 0);
const none: ReadonlySet<string> = new Set();
const headers = new Headers({ 'anthropic-ratelimit-unified-5h-utilization': '0.3' });

function toAccounts(count: number): readonly AccountSettings[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `account-${index}`,
    name: `Account ${index}`,
    credential: { kind: 'api-key', key: new Secret(`sk-ant-${index}`), place: { kind: 'x-api-key' } },
    weight: 1 + (index % 3),
    priority: 0,
    models: null,
    upstream: null,
    disabled: false,
    path: '/etc/bench.credentials.json',
  }));
}

/** Exchanges of 64 sessions, ready to be routed. */
function createExchanges(): readonly Exchange[] {
  return Array.from({ length: 64 }, (_, index) => {
    const request = new Request('http://localhost/v1/messages', { method: 'POST', body: '{}' });
    const start = { requestId: `${index}`, startedAtMs: NOW_MS, request, hangUp: () => {}, monotonicMs: () => 0 };
    return Object.assign(createExchange(start), {
      model: 'claude-opus-5',
      affinityKey: `session:0f8fad5b-d9cb-469f-a165-7086772895${10 + index}`,
    });
  });
}

function toAdmitted(accounts: readonly AccountSettings[], strategy: PoolStrategy): Admitted {
  const served = { domain: 'bench', source: 'file', isDefault: true, accounts, strategy, clientKey: null } as const;
  const received = { phase: 'received', body: { kind: 'none' } } as const;
  const addressed = { phase: 'addressed', received, host: 'bench', served } as const;
  const caller = { trustedForDomain: true, key: null, clientKey: null, bringsCredential: false };
  return { phase: 'admitted', authenticated: { phase: 'authenticated', addressed, ...caller } };
}

function run(exchange: Exchange, admitted: Admitted): void {
  const route = findRoute(exchange, admitted, { book, places, defaultAccounts: [], clock });
  if (route.kind !== 'pool') return;
  const choice = chooseFor(exchange, route, { places, clock, excluded: none });
  if (choice.kind !== 'chosen') return;
  const lease = pickAccount(exchange, route, { choice, book, places });
  const judgement = { kind: 'good' } as const;
  noteAttempt(
    lease,
    { kind: 'answered', judgement, headers, model: exchange.model, because: 'bench' },
    { book, nowMs: NOW_MS },
  );
  endLease(lease, book);
}

const exchanges = createExchanges();
for (const count of [1, 100]) {
  const accounts = toAccounts(count);
  for (const strategy of count === 1 ? (['sticky'] as const) : POOL_STRATEGIES) {
    const admitted = toAdmitted(accounts, strategy);
    const microseconds = Array.from({ length: ROUNDS }, () => {
      const startMs = performance.now();
      for (let call = 0; call < CALLS; call += 1) run(exchanges[call % exchanges.length] ?? unused(), admitted);
      return ((performance.now() - startMs) * 1000) / CALLS;
    });
    const figure = Math.min(...microseconds)
      .toFixed(2)
      .padStart(6);
    console.log(`${strategy.padEnd(18)}${figure} µs, ${count} ${count === 1 ? 'account' : 'accounts'}`);
  }
}
upstreams.close();
