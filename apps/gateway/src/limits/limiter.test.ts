import { expect, test } from 'bun:test';
import type { Rate } from '@nexus/core';
import type { TrafficLimits } from '@nexus/storage';
import { createLocalMeter } from './limit-meter.ts';
import type { LimitRules } from './limit-rules.ts';
import { type LimitGrant, createLimiter } from './limiter.ts';
import { type LimitedCaller, toSubjectText } from './subjects.ts';

const NONE = { requestsPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
const CALLER: LimitedCaller = { domain: 'team.example', keyId: 'k-1', owner: 'ada', project: 'engine' };
const NOW_MS = Date.UTC(2026, 10, 20, 12);

interface World {
  readonly admit: (ask?: { readonly caller?: Partial<LimitedCaller>; readonly bytes?: number }) => LimitGrant | null;
  passTime(ms: number): void;
}

function aWorld(set: Readonly<Record<string, Partial<TrafficLimits>>>, preset: Rate | null = null): World {
  let passedMs = 0;
  const rules: LimitRules = {
    areNone: () => Object.keys(set).length === 0,
    listLimited: (subjects) =>
      subjects.flatMap((subject) => {
        const limits = set[toSubjectText(subject)];
        return limits === undefined ? [] : [Object.assign(subject, { limits: { ...NONE, ...limits } })];
      }),
    haveBudgets: () => false,
    listBudgets: () => [],
    refresh: async () => {},
    close: () => {},
  };
  const meter = createLocalMeter(() => 1_000_000 + passedMs);
  const limiter = createLimiter({ rules, meter, preset, clock: () => NOW_MS + passedMs });
  return {
    admit: ({ caller = {}, bytes = 400 } = {}) => {
      const ask = {
        requestId: 'r-1',
        startedAtMs: NOW_MS,
        caller: { ...CALLER, ...caller },
        requestBytes: bytes,
        readAddress: () => '192.0.2.7',
        readWorstCase: () => 0,
      };
      const grant = limiter.admit(ask);
      if (grant instanceof Promise) throw new Error('a meter of this process answers at once');
      return grant;
    },
    passTime: (ms) => {
      passedMs += ms;
    },
  };
}

function readHeaders(grant: LimitGrant | null, sent = true): Record<string, string> {
  return Object.fromEntries(grant?.listHeaders(sent) ?? []);
}

function readInputLeft(grant: LimitGrant | null): string | undefined {
  return readHeaders(grant)['anthropic-ratelimit-input-tokens-remaining'];
}

test('where nothing is set, nothing is limited and nothing is told', () => {
  expect(aWorld({}).admit()).toBeNull();
  expect(aWorld({ 'key:k-2': { requestsPerMinute: 1 } }).admit()).toBeNull();
});

test.each(['key:k-1', 'user:ada', 'project:engine', 'domain:team.example', 'global:*'])(
  'a limit of %s holds for the caller, and for nobody whom it is not about',
  (subject) => {
    const world = aWorld({ [subject]: { requestsPerMinute: 2 } });
    const refusals = [1, 2, 3].map(() => world.admit()?.refusal?.code ?? null);
    expect(refusals).toEqual([null, null, 'rate-limited']);
    const stranger = { domain: 'other.example', keyId: 'k-2', owner: null, project: null };
    expect(world.admit({ caller: stranger })?.refusal?.code).toBe(subject === 'global:*' ? 'rate-limited' : undefined);
  },
);

test('a refused request takes nothing, also not from the limits that would have let it through', () => {
  const world = aWorld({ 'key:k-1': { requestsPerMinute: 60 }, 'global:*': { requestsPerMinute: 1 } });
  world.admit();
  expect(readHeaders(world.admit())['ratelimit']).toBe('"requests";r=0;t=60');
  world.passTime(1_000);
  world.admit({ caller: { keyId: 'k-2' } });
  expect(readHeaders(world.admit())['anthropic-ratelimit-requests-limit']).toBe('1');
});

test('a refused request is told what is there, and so is one that was never sent', () => {
  const world = aWorld({ 'key:k-1': { requestsPerMinute: 1, inputTokensPerMinute: 1_000 } });
  const first = world.admit({ bytes: 400 });
  expect(readHeaders(first)['ratelimit']).toBe('"requests";r=0;t=60, "input-tokens";r=900;t=6');
  expect(readHeaders(world.admit({ bytes: 2_000 }))['ratelimit']).toBe('"requests";r=0;t=60, "input-tokens";r=900;t=6');
  expect(readHeaders(first, false)['ratelimit']).toBe('"requests";r=1;t=0, "input-tokens";r=1000;t=0');
});

test('a refusal says how long, and of which limit', () => {
  const world = aWorld({ 'key:k-1': { requestsPerMinute: 6 } });
  for (let count = 0; count < 6; count += 1) world.admit();
  const refusal = world.admit()?.refusal;
  expect(refusal?.publicMessage).toBe('The limit of 6 requests a minute for this key is reached. Try again in 10 s.');
  expect(refusal?.detail).toMatchObject({ limit: 'requests', max: 6, retryAfterS: 10 });
  world.passTime(10_000);
  expect(world.admit()?.refusal).toBeNull();
});

test('the tightest limit is told, in the names of every dialect', () => {
  const world = aWorld({ 'key:k-1': { requestsPerMinute: 3 }, 'domain:team.example': { requestsPerMinute: 600 } });
  expect(readHeaders(world.admit())).toEqual({
    'anthropic-ratelimit-requests-limit': '3',
    'anthropic-ratelimit-requests-remaining': '2',
    'anthropic-ratelimit-requests-reset': '2026-11-20T12:00:20Z',
    'x-ratelimit-limit-requests': '3',
    'x-ratelimit-remaining-requests': '2',
    'x-ratelimit-reset-requests': '20s',
    'x-ratelimit-limit': '3',
    'x-ratelimit-remaining': '2',
    'x-ratelimit-reset': `${NOW_MS / 1_000 + 20}`,
    'ratelimit-policy': '"requests";q=3;w=60',
    ratelimit: '"requests";r=2;t=20',
  });
});

test('input is taken by estimate and settled by the answer; what an exchange did not use comes back', () => {
  const world = aWorld({ 'key:k-1': { inputTokensPerMinute: 1_000 } });
  const first = world.admit({ bytes: 2_000 });
  expect(readInputLeft(first)).toBe('500');
  first?.end({ inputTokens: 100, outputTokens: 0 });
  const second = world.admit({ bytes: 2_000 });
  expect(readInputLeft(second)).toBe('400');
  second?.end(null);
  const third = world.admit({ bytes: 2_000 });
  expect(readInputLeft(third)).toBe('400');
  third?.end();
  expect(readInputLeft(world.admit({ bytes: 1_600 }))).toBe('0');
});

test('a request that is larger than all of a rate waits for all of it, and owes the rest', () => {
  const world = aWorld({ 'key:k-1': { inputTokensPerMinute: 100 } });
  const grant = world.admit({ bytes: 4_000 });
  expect(grant?.refusal).toBeNull();
  grant?.end({ inputTokens: 300, outputTokens: 0 });
  world.passTime(120_000);
  expect(world.admit()?.refusal?.detail['retryAfterS']).toBe(60);
});

test('output is owed once it was written', () => {
  const world = aWorld({ 'user:ada': { outputTokensPerMinute: 600 } });
  world.admit()?.end({ inputTokens: 0, outputTokens: 900 });
  expect(world.admit()?.refusal?.detail).toMatchObject({ limit: 'output-tokens', retryAfterS: 31 });
});

test('exchanges at once are bounded, and a place is free when one is over, whatever it used', () => {
  const world = aWorld({ 'key:k-1': { concurrent: 2, requestsPerMinute: 3 } });
  const [first] = [world.admit(), world.admit()];
  expect(world.admit()?.refusal?.publicMessage).toBe(
    'The limit of 2 requests at once for this key is reached. Try again in a moment.',
  );
  first?.end();
  expect(world.admit()?.refusal).toBeNull();
});

test('one is told as one', () => {
  const slots = aWorld({ 'user:ada': { concurrent: 1 } });
  slots.admit();
  const slotWords = 'The limit of 1 request at once for this user is reached. Try again in a moment.';
  expect(slots.admit()?.refusal?.publicMessage).toBe(slotWords);
  const rates = aWorld({ 'user:ada': { requestsPerMinute: 1 } });
  rates.admit();
  const rateWords = 'The limit of 1 request a minute for this user is reached. Try again in 60 s.';
  expect(rates.admit()?.refusal?.publicMessage).toBe(rateWords);
});

test('an exchange that was never sent takes nothing: neither its request, nor tokens, nor a place', () => {
  const limits = { requestsPerMinute: 1, inputTokensPerMinute: 100, outputTokensPerMinute: 100, concurrent: 1 };
  const world = aWorld({ 'key:k-1': limits, 'user:ada': { requestsPerMinute: 1 } });
  for (let count = 0; count < 5; count += 1) {
    const grant = world.admit({ bytes: 400 });
    expect(grant?.refusal).toBeNull();
    expect(readInputLeft(grant)).toBe('0');
    grant?.giveBack();
  }
  world.admit()?.end(null);
  expect(world.admit()?.refusal?.detail['limit']).toBe('requests');
});

test('a request that a rate refuses holds no place', () => {
  const world = aWorld({ 'key:k-1': { concurrent: 2, requestsPerMinute: 1 } });
  world.admit();
  for (let count = 0; count < 5; count += 1) {
    expect(world.admit()?.refusal?.detail['limit']).toBe('requests');
  }
});

test('where a preset is on, every key and every address has it, unless its key has a limit of its own', () => {
  const world = aWorld({ 'key:k-9': { requestsPerMinute: 5 } }, { max: 1, periodMs: 60_000 });
  const isAdmitted = (caller: Partial<LimitedCaller>) => world.admit({ caller })?.refusal === null;
  expect([isAdmitted({}), isAdmitted({}), isAdmitted({ keyId: 'k-2' })]).toEqual([true, false, true]);
  expect([isAdmitted({ keyId: null }), isAdmitted({ keyId: null })]).toEqual([true, false]);
  expect([isAdmitted({ keyId: 'k-9' }), isAdmitted({ keyId: 'k-9' })]).toEqual([true, true]);
});
