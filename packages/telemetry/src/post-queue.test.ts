import { expect, test } from 'bun:test';
import { type PostQueueOptions, createPostQueue } from './post-queue.ts';

type Answer = { readonly status: number } | 'unreachable' | 'silent';

/** A server that answers what `answers` say, one after another, the last one for ever. */
function createServer(answers: readonly Answer[]) {
  const posts: string[] = [];
  let waiting = 0;
  let mostAtOnce = 0;
  const fetch = async (_url: string, { body, signal }: RequestInit): Promise<Response> => {
    posts.push(typeof body === 'string' ? body : '');
    waiting += 1;
    mostAtOnce = Math.max(mostAtOnce, waiting);
    const answer = answers[Math.min(posts.length, answers.length) - 1] ?? 'silent';
    try {
      if (answer === 'unreachable')
        throw Object.assign(new Error('https://user:secret@host'), { code: 'ECONNREFUSED' });
      if (answer === 'silent') return await untilAborted(signal);
      await Promise.resolve();
      return new Response(null, answer);
    } finally {
      waiting -= 1;
    }
  };
  return { posts, fetch, mostAtOnce: () => mostAtOnce };
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason));
  return promise;
}

function createQueue(fetch: PostQueueOptions<string>['fetch'], changes: Partial<PostQueueOptions<string>> = {}) {
  return createPostQueue<string>({
    url: 'http://collector',
    headers: {},
    encode: (items) => items.join(','),
    itemsMax: 10,
    batchMax: 3,
    gatherMs: 1,
    flightsMax: 1,
    timeoutMs: 10_000,
    triesMax: 3,
    retryMs: 1,
    fetch,
    ...changes,
  });
}

const OK = { status: 200 };

test('items go together, in their order, as many as a post may hold', async () => {
  const server = createServer([OK]);
  const queue = createQueue(server.fetch);
  for (const item of ['a', 'b', 'c', 'd']) queue.add(() => item);
  await queue.close(1_000);
  expect(server.posts).toEqual(['a,b,c', 'd']);
  expect(queue.stats()).toEqual({ waiting: 0, sent: 4, dropped: 0, lastProblem: null });
});

test('what finds no room is not even made, and is counted', async () => {
  const server = createServer(['silent']);
  const queue = createQueue(server.fetch, { itemsMax: 4 });
  let made = 0;
  for (let count = 0; count < 1_000; count += 1) {
    queue.add(() => {
      made += 1;
      return 'x';
    });
  }
  expect(made).toBe(4);
  expect(queue.stats()).toMatchObject({ waiting: 4, dropped: 996 });
  await queue.close(0);
  expect(queue.stats()).toMatchObject({ waiting: 0, sent: 0, dropped: 1_000 });
});

test('a server that is busy or away is asked again, and one that refuses is not', async () => {
  const busy = createServer([{ status: 503 }, 'unreachable', OK]);
  const patient = createQueue(busy.fetch);
  patient.add(() => 'a');
  await patient.close(5_000);
  expect([busy.posts, patient.stats().sent]).toEqual([['a', 'a', 'a'], 1]);

  const strict = createServer([{ status: 400 }]);
  const refused = createQueue(strict.fetch);
  refused.add(() => 'a');
  await refused.close(5_000);
  expect([strict.posts, refused.stats()]).toEqual([
    ['a'],
    { waiting: 0, sent: 0, dropped: 1, lastProblem: 'it answered 400' },
  ]);
});

test('after the last try an item is given up, and those behind it have their turn', async () => {
  const server = createServer(['unreachable', 'unreachable', 'unreachable', OK]);
  const queue = createQueue(server.fetch, { batchMax: 1 });
  queue.add(() => 'a');
  queue.add(() => 'b');
  await queue.close(5_000);
  expect(server.posts).toEqual(['a', 'a', 'a', 'b']);
  expect(queue.stats()).toMatchObject({ sent: 1, dropped: 1 });
});

test('failure is told once where it begins and once where it is over, and tells no address', async () => {
  const told: (string | null)[] = [];
  const server = createServer(['unreachable', 'unreachable', OK]);
  const queue = createQueue(server.fetch, { onChange: (problem) => told.push(problem) });
  queue.add(() => 'a');
  await queue.close(5_000);
  expect(told).toEqual(['ECONNREFUSED', null]);
});

test('an item that cannot be written is dropped alone', async () => {
  const server = createServer([OK]);
  const queue = createQueue(server.fetch, {
    batchMax: 1,
    encode: ([item]) => {
      if (item === 'bad') throw new TypeError('it holds a circle');
      return item ?? null;
    },
  });
  for (const item of ['bad', 'good']) queue.add(() => item);
  await queue.close(5_000);
  expect(server.posts).toEqual(['good']);
  expect(queue.stats()).toMatchObject({ sent: 1, dropped: 1 });
});

test('no more posts are on their way at once than there may be', async () => {
  const server = createServer([OK]);
  const queue = createQueue(server.fetch, { itemsMax: 100, batchMax: 1, flightsMax: 4 });
  for (let count = 0; count < 50; count += 1) queue.add(() => 'x');
  await queue.close(5_000);
  expect([server.posts.length, server.mostAtOnce()]).toEqual([50, 4]);
});

test('closing waits no longer than it was told to', async () => {
  const server = createServer(['silent']);
  const queue = createQueue(server.fetch);
  queue.add(() => 'a');
  await queue.close(20);
  expect(queue.stats()).toMatchObject({ waiting: 0, dropped: 1 });
  queue.add(() => 'late');
  expect(queue.stats().dropped).toBe(2);
});
