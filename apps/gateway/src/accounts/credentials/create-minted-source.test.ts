import { expect, test } from 'bun:test';
import { Secret } from '@nexus/config';
import { waitFor } from '../../../test/support/wait-for.ts';
import { createMintedSource } from './create-minted-source.ts';
import { reasonOf } from './test/reason-of.ts';
import { type MintAsk, MintError, type MintedToken } from './mint.ts';

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const AT_EASE = new AbortController().signal;

/** A source whose mints are answered by hand, and whose clock is set by hand. */
function createWorld(initial: MintedToken | null = null) {
  const world = { nowMs: NOW_MS, asked: 0 };
  let waiting: PromiseWithResolvers<MintedToken>[] = [];
  const source = createMintedSource({
    kind: 'oauth',
    place: { kind: 'bearer', betas: [] },
    refreshable: true,
    initial,
    clock: () => world.nowMs,
    mint: (_ask: MintAsk) => {
      world.asked += 1;
      const answer = Promise.withResolvers<MintedToken>();
      waiting.push(answer);
      return answer.promise;
    },
  });
  return {
    world,
    source,
    answer: (name: string, lifeMs = HOUR_MS) => {
      for (const { resolve } of waiting.splice(0)) resolve(toToken(name, world.nowMs, lifeMs));
    },
    fail: (error: Error) => {
      const failing = waiting;
      waiting = [];
      for (const { reject } of failing) reject(error);
    },
  };
}

function toToken(name: string, nowMs = NOW_MS, lifeMs = HOUR_MS): MintedToken {
  return { value: new Secret(name), mintedAtMs: nowMs, expiresAtMs: nowMs + lifeMs };
}

function bearer(token: string) {
  return { kind: 'bearer' as const, token, betas: [] };
}

test('many who wait get the token of one mint', async () => {
  const { source, world, answer } = createWorld();
  const waiting = Array.from({ length: 200 }, () => source.get(AT_EASE));
  answer('first');
  expect(new Set((await Promise.all(waiting)).map((credential) => JSON.stringify(credential))).size).toBe(1);
  expect(world.asked).toBe(1);
  expect(source.current()).toEqual(bearer('first'));
});

test('one who leaves ends only their own waiting', async () => {
  const { source, world, answer } = createWorld();
  const leaving = new AbortController();
  const left = source.get(leaving.signal);
  const stays = source.get(AT_EASE);
  leaving.abort(new Error('the caller left'));
  expect(await left.catch(String)).toBe('Error: the caller left');
  answer('first');
  expect(await stays).toEqual(bearer('first'));
  expect(world.asked).toBe(1);
});

test('five minutes ahead of its end a token is refreshed, and nobody waits for it', async () => {
  const { source, world, answer } = createWorld(toToken('first'));
  world.nowMs = NOW_MS + HOUR_MS - 300_001;
  expect(source.current()).toEqual(bearer('first'));
  expect(world.asked).toBe(0);
  world.nowMs += 1;
  expect(source.current()).toEqual(bearer('first'));
  expect(source.current()).toEqual(bearer('first'));
  expect(world.asked).toBe(1);
  answer('second');
  await waitFor('the refresh', () => world.nowMs === source.state().lastMintedAtMs);
  expect(source.current()).toEqual(bearer('second'));
  expect(world.asked).toBe(1);
});

test('a token that is still valid serves when its refresh fails, and nobody asks again for five seconds', async () => {
  const { source, world, fail } = createWorld(toToken('first'));
  world.nowMs = NOW_MS + HOUR_MS - 10_000;
  expect(source.current()).toBeNull();
  const late = source.get(AT_EASE);
  fail(new MintError('the endpoint is away'));
  expect(await late).toEqual(bearer('first'));
  expect(source.current()).toEqual(bearer('first'));
  expect(source.state().lastError).toEqual({ atMs: world.nowMs, because: 'the endpoint is away' });
  expect(world.asked).toBe(1);
  world.nowMs += 5_000;
  expect(source.current()).toBeNull();
  expect(world.asked).toBe(2);
});

test('without a valid token the reason is told, and a refusal for good is not asked again for a quarter of an hour', async () => {
  const { source, world, fail } = createWorld(toToken('first', NOW_MS - 2 * HOUR_MS));
  const refused = source.get(AT_EASE);
  fail(new MintError('sign in again', { final: true }));
  expect(await reasonOf(refused)).toBe('sign in again');
  world.nowMs += 899_999;
  expect(await reasonOf(source.get(AT_EASE))).toBe('sign in again');
  expect(world.asked).toBe(1);
  world.nowMs += 1;
  source.get(AT_EASE).catch(() => {});
  expect(world.asked).toBe(2);
});

test('after a 401 a token is minted once, whoever tells of it and how often', async () => {
  const { source, world, answer } = createWorld(toToken('first'));
  const renewing = Array.from({ length: 50 }, () => source.renew(bearer('first'), AT_EASE));
  answer('second');
  expect(await Promise.all(renewing)).toEqual(Array(50).fill(bearer('second')));
  expect(await source.renew(bearer('first'), AT_EASE)).toEqual(bearer('second'));
  expect(world.asked).toBe(1);
});

test('a person who asks for a new token gets one, also where everybody else is held back', async () => {
  const { source, world, answer, fail } = createWorld(toToken('first', NOW_MS - 2 * HOUR_MS));
  const refused = source.get(AT_EASE);
  fail(new MintError('sign in again', { final: true }));
  expect(await reasonOf(refused)).toBe('sign in again');
  const asked = source.rotate(AT_EASE);
  answer('second');
  expect(await asked).toEqual(bearer('second'));
  expect(world.asked).toBe(2);
  expect(source.state().lastError).toBeNull();
});

test('what was read once serves while it cannot be read again', async () => {
  const { source, world, fail } = createWorld({
    ...toToken('first'),
    expiresAtMs: null,
    lookAgainAtMs: NOW_MS + 5_000,
  });
  world.nowMs += 5_000;
  expect(source.current()).toEqual(bearer('first'));
  fail(new MintError('the file is gone'));
  await waitFor('the failure', () => source.state().lastError !== null);
  world.nowMs += HOUR_MS;
  expect(source.current()).toEqual(bearer('first'));
  expect(world.asked).toBe(2);
});

test('a renewal that fails, or gives the same token, gives none', async () => {
  const { source, world, answer, fail } = createWorld(toToken('first'));
  const same = source.renew(bearer('first'), AT_EASE);
  answer('first');
  expect(await same).toBeNull();
  const failing = source.renew(bearer('first'), AT_EASE);
  fail(new MintError('the endpoint is away'));
  expect(await failing).toBeNull();
  expect(await source.renew(bearer('first'), AT_EASE)).toBeNull();
  expect(world.asked).toBe(2);
});

test('what is closed waits for the mint that has begun', async () => {
  const { source, answer } = createWorld();
  const waiting = source.get(AT_EASE);
  const closing = source.close();
  expect(await reasonOf(waiting)).toContain('no token came');
  answer('first');
  await closing;
});
