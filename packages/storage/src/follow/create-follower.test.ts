import { expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { createFollower, type FollowedQueue, type FollowerOptions } from './create-follower.ts';

/** Nothing connects to it: a pool opens its first connection with its first query, and these queues ask none. */
const NOWHERE = 'postgres://nowhere.invalid/nothing';

const WORDS = { skipped: 'one was let go', away: 'nothing can be done now', back: 'it goes on' };

function follow(queue: Partial<FollowedQueue>, options: Partial<FollowerOptions> = {}) {
  const lines: string[] = [];
  const keep = (_fields: unknown, line: string) => void lines.push(line);
  const follower = createFollower(
    {
      connection: NOWHERE,
      prepared: true,
      isBusy: () => false,
      log: { info: keep, warn: keep, error: keep },
      ...options,
    },
    {
      openQueue: () => ({
        take: () => Promise.resolve(0),
        skipFirst: () => Promise.resolve(null),
        makeMonths: () => Promise.resolve(),
        ...queue,
      }),
      batchRequestsMax: 3,
      words: WORDS,
    },
  );
  return { follower, lines };
}

/** Requests that wait; those whose name begins with "bad" can never be stored. */
function createWaiting(...names: string[]) {
  const taken: string[] = [];
  const queue: Partial<FollowedQueue> = {
    take: async (requestsMax) => {
      const batch = names.slice(0, requestsMax);
      if (batch.some((name) => name.startsWith('bad'))) throw new TypeError('of no use');
      taken.push(...names.splice(0, batch.length));
      return batch.length;
    },
    skipFirst: async () => names.shift() ?? null,
  };
  return { taken, queue };
}

function failWith(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}

test('what can never be stored is let go by itself, and all others are looked at', async () => {
  const { taken, queue } = createWaiting('a', 'b', 'bad c', 'd', 'bad e', 'bad f', 'g');
  const { follower, lines } = follow(queue);
  await until('the last is taken', () => taken.includes('g') || null);
  expect(taken).toEqual(['a', 'b', 'd', 'g']);
  expect(lines).toEqual([WORDS.skipped, WORDS.skipped, WORDS.skipped]);
  await follower.close(1_000);
});

test('a database that is away is told once, and so is its return', async () => {
  let tries = 0;
  const { follower, lines } = follow({
    take: async () => {
      tries += 1;
      if (tries < 4) throw failWith('57P01');
      return 0;
    },
  });
  for (const count of [1, 2, 3]) {
    await until(`it was tried ${count} times`, () => tries >= count || null);
    // A wake does not hurry who waits for the database; a new connection does.
    follower.wake();
    follower.useConnection(NOWHERE);
  }
  await until('it goes on', () => lines.includes(WORDS.back) || null);
  expect(lines).toEqual([WORDS.away, WORDS.back]);
  await follower.close(1_000);
});

test('a month that is missing is made, and the batch is tried again', async () => {
  let isThere = false;
  let taken = 0;
  const { follower, lines } = follow({
    take: async () => {
      if (!isThere) throw failWith('23514');
      taken += 1;
      return 0;
    },
    makeMonths: async () => {
      isThere = true;
    },
  });
  await until('it is taken', () => taken > 0 || null);
  expect(lines).toEqual([]);
  await follower.close(1_000);
});

test('what trying again does not help is told, and tried less often', async () => {
  let tries = 0;
  const { follower, lines } = follow({
    take: async () => {
      tries += 1;
      throw failWith('23514');
    },
  });
  await until('it is told', () => lines.length > 0 || null);
  expect(lines).toEqual([WORDS.away]);
  expect(tries).toBeLessThan(10);
  await follower.close(1_000);
});

test('who is called while a batch is looked at looks again', async () => {
  let looks = 0;
  const underWay = Promise.withResolvers<number>();
  const { follower } = follow({
    take: () => {
      looks += 1;
      return looks === 1 ? underWay.promise : Promise.resolve(0);
    },
  });
  await until('it looks', () => looks === 1 || null);
  follower.wake();
  underWay.resolve(0);
  await until('it looks again, before it would by itself', () => looks > 1 || null, 1_000);
  await follower.close(1_000);
});

test('while records are waiting to be written nothing is looked at', async () => {
  let asked = 0;
  let isBusy = true;
  const { taken, queue } = createWaiting('a');
  const { follower } = follow(queue, {
    isBusy: () => {
      asked += 1;
      return isBusy;
    },
  });
  await until('it was asked', () => asked > 0 || null);
  follower.wake();
  await until('it was asked again', () => asked > 1 || null);
  expect(taken).toEqual([]);
  isBusy = false;
  follower.wake();
  await until('it is taken', () => taken.includes('a') || null);
  await follower.close(1_000);
});

test('the close waits for the batch under way, but no longer than it may', async () => {
  let isUnderWay = false;
  const { follower } = follow({
    take: () => {
      isUnderWay = true;
      return new Promise(() => {});
    },
  });
  await until('a batch is under way', () => isUnderWay || null);
  await follower.close(10);
});
