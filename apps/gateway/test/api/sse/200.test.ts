import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { buildInFlight, type OpenWatcher, toWatcher, start } from '../../live/live-world.ts';
import { type ApiWorld, DASHBOARD_KEY, readRefusal, startApiWorld, toSignedInHeaders, withKey } from '../api-world.ts';
import { waitUntil } from '../wait-until.ts';

let world: ApiWorld;
beforeEach(async () => {
  world = await startApiWorld({ database: false });
});
afterEach(() => world.stop());

async function watch(headers: Record<string, string> = {}, query = ''): Promise<OpenWatcher> {
  const abort = new AbortController();
  const response = await fetch(`${world.apiUrl}/sse${query}`, {
    headers: { ...withKey.headers, ...headers },
    signal: abort.signal,
  });
  return toWatcher(response, () => abort.abort());
}

describe('GET /sse', () => {
  test('streams events as they happen to a page that is signed in', async () => {
    const response = await fetch(`${world.siteUrl}/sse`, { headers: await toSignedInHeaders(world, world.siteUrl) });
    const watcher = toWatcher(response, () => {});
    const request = buildInFlight();
    await watcher.take(1);
    start(world.live, request);

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect((await watcher.take(1))[0]?.event).toEqual({ type: 'request-started', request });
  });

  test('resumes by the header that browsers send and by the query', async () => {
    const requests = [buildInFlight(), buildInFlight(), buildInFlight()];
    await watch();
    for (const request of requests) start(world.live, request);
    const watchers = [await watch({ 'last-event-id': 'test.1' }), await watch({}, '?lastEventId=test.1')];

    for (const watcher of watchers) {
      const told = await watcher.take(2);
      expect(told.map(({ event }) => event)).toEqual(
        requests.slice(1).map((request) => ({ type: 'request-started', request })),
      );
    }
  });

  test('an id of a process that is gone yields a gap', async () => {
    const [first] = await (await watch({ 'last-event-id': 'before.7' })).take(1);

    expect(first?.event).toEqual({ type: 'gap', inFlight: [] });
  });

  test('a page that is closed frees its place', async () => {
    const watcher = await watch();
    await watcher.take(1);
    expect(world.live.watcherCount()).toBe(1);
    watcher.leave();

    await waitUntil(() => world.live.watcherCount() === 0);
  });

  test('HEAD tells the type and takes no place', async () => {
    const answer = await fetch(`${world.apiUrl}/sse`, { ...withKey, method: 'HEAD' });

    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(world.live.watcherCount()).toBe(0);
  });

  test('200 watchers see every event in order; one more is told to come later', async () => {
    const watchers = await Promise.all(Array.from({ length: 200 }, () => watch()));
    const refused = await fetch(`${world.apiUrl}/sse`, withKey);
    await Promise.all(watchers.map((watcher) => watcher.take(1)));
    const requests = Array.from({ length: 50 }, () => buildInFlight());
    for (const request of requests) start(world.live, request);

    const told = await Promise.all(watchers.map((watcher) => watcher.take(50)));

    expect(await readRefusal(refused)).toEqual({ status: 503, code: 'watchers-full' });
    expect(refused.headers.get('retry-after')).toBe('5');
    const wanted = requests.map(({ requestId }) => requestId).join();
    const seen = told.map((frames) =>
      frames.map(({ event }) => (event.type === 'request-started' ? event.request.requestId : event.type)).join(),
    );
    expect(new Set(seen)).toEqual(new Set([wanted]));
    for (const watcher of watchers) watcher.leave();
  });

  test('a watcher that never reads is cut, and nobody else notices', async () => {
    const stalled = await openStalledSocket();
    const reader = await watch();
    await waitUntil(() => world.live.watcherCount() === 2);
    let told = 0;
    // The kernel's buffers hold a few megabytes before the socket stalls; events of 4 KB fill them soon.
    const path = `/v1/${'x'.repeat(4000)}`;
    for (let round = 0; round < 200 && world.live.watcherCount() === 2; round += 1) {
      for (let n = 0; n < 20; n += 1) start(world.live, buildInFlight({ path }));
      told += 20;
      await reader.take(20 + (round === 0 ? 1 : 0));
    }
    const last = buildInFlight();
    start(world.live, last);

    expect(world.live.watcherCount()).toBe(1);
    expect(told).toBeGreaterThan(0);
    expect((await reader.take(1))[0]?.event).toEqual({ type: 'request-started', request: last });
    stalled.destroy();
  });
});

/** A watcher whose socket is never read from. */
async function openStalledSocket(): Promise<Socket> {
  const { hostname, port } = new URL(world.apiUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(`GET /sse HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Dashboard-Key: ${DASHBOARD_KEY}\r\n\r\n`);
  return socket;
}
