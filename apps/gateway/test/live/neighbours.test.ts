import { describe, expect, test } from 'bun:test';
import { type LiveEvent, readLiveFeed } from '@nexus/contract';
import { findRedisServer, startTestRedis } from '@nexus/testkit';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { buildInFlight, createLiveWorld, createTestChannel, openWatcher, END, start } from './live-world.ts';

function aPair() {
  const channel = createTestChannel();
  return {
    channel,
    one: createLiveWorld({ token: 'one', channel }),
    other: createLiveWorld({ token: 'other', channel }),
  };
}

describe('feeds of processes that hear each other', () => {
  test('whoever watches one of them sees what happens in all, in order', async () => {
    const { one, other } = aPair();
    const watcher = openWatcher(other.feed);
    const request = buildInFlight();
    start(one.feed, request);
    one.feed.firstToken(request.requestId, 200, 321);
    one.feed.ended({ requestId: request.requestId, ...END });
    one.pass(40);
    other.pass(40);
    expect((await watcher.take(4)).map(({ event }) => event)).toEqual([
      { type: 'snapshot', inFlight: [] },
      { type: 'request-started', request },
      { type: 'request-first-token', requestId: request.requestId, status: 200, firstTokenMs: 321 },
      { type: 'request-ended', requestId: request.requestId, ...END },
    ]);
  });

  test('what is in flight elsewhere is shown to whoever begins to watch, with what became of it so far', async () => {
    const { one, other } = aPair();
    const request = buildInFlight();
    start(one.feed, request);
    const first = openWatcher(other.feed);
    other.pass(40);
    expect((await first.take(2)).map(({ event }) => event)).toEqual([
      { type: 'snapshot', inFlight: [] },
      { type: 'request-started', request },
    ]);
    one.feed.firstToken(request.requestId, 200, 321);
    one.pass(40);
    const [opening] = await openWatcher(other.feed).take(1);
    expect(opening?.event).toEqual({ type: 'snapshot', inFlight: [{ ...request, status: 200, firstTokenMs: 321 }] });
  });

  test('nothing is told while nobody watches, and no more once the last watcher left', () => {
    const { channel, one, other } = aPair();
    start(one.feed, buildInFlight());
    one.pass(60_000);
    other.pass(60_000);
    expect(channel.told).toEqual([]);

    const watcher = openWatcher(other.feed);
    watcher.leave();
    other.pass(61_000);
    one.pass(70_000);
    channel.told.length = 0;
    start(one.feed, buildInFlight());
    one.pass(60_000);
    expect(channel.told).toEqual([]);
  });

  test('nobody hears itself, or the same thing twice', async () => {
    const { one, other } = aPair();
    const watchers = [openWatcher(one.feed), openWatcher(other.feed)];
    const request = buildInFlight();
    start(one.feed, request);
    one.feed.ended({ requestId: request.requestId, ...END });
    one.pass(100);
    other.pass(100);
    one.feed.close();
    other.feed.close();
    for (const watcher of watchers) {
      const types = (await watcher.rest()).map(({ event }) => event.type);
      expect(types).toEqual(['snapshot', 'request-started', 'request-ended']);
    }
  });

  test('a secret is masked before it leaves its process', () => {
    const { channel, one, other } = aPair();
    openWatcher(other.feed);
    start(one.feed, buildInFlight({ path: '/v1/x/sk-ant-api03-planted' }));
    one.pass(20_000);
    expect(channel.told.join()).toContain('sk-ant-api03-***');
    expect(channel.told.join()).not.toContain('planted');
  });

  test('what was in flight at a process that is gone is gone, and whoever watches is told so', async () => {
    const { one, other } = aPair();
    start(one.feed, buildInFlight());
    const watcher = openWatcher(other.feed);
    other.pass(40_000);
    const types = (await watcher.take(3)).map(({ event }) => event);
    expect(types.map(({ type }) => type)).toEqual(['snapshot', 'request-started', 'gap']);
    expect(types[2]).toEqual({ type: 'gap', inFlight: [] });
  });

  test('a process that stops takes what was in flight there with it at once', async () => {
    const { one, other } = aPair();
    start(one.feed, buildInFlight());
    const watcher = openWatcher(other.feed);
    one.feed.close();
    other.pass(40);
    const events = (await watcher.take(3)).map(({ event }) => event);
    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'request-started', 'gap']);
    expect(events[2]).toEqual({ type: 'gap', inFlight: [] });
  });

  test('after a time in which nothing was heard, a watcher knows that it may have missed something', async () => {
    const { channel, other } = aPair();
    const watcher = openWatcher(other.feed);
    channel.open();
    other.pass(40);
    expect((await watcher.take(2)).map(({ event }) => event.type)).toEqual(['snapshot', 'gap']);
  });

  test('what another version tells, or somebody else, breaks nothing', async () => {
    const { channel, one, other } = aPair();
    const watcher = openWatcher(other.feed);
    for (const text of [
      '',
      'events',
      'events x {',
      'events x [{"type":"dance"},3]',
      'in-flight x [{}]',
      'dance x []',
    ]) {
      channel.publish(text);
    }
    const request = buildInFlight();
    start(one.feed, request);
    one.pass(40);
    other.pass(40);
    expect((await watcher.take(2)).map(({ event }) => event.type)).toEqual(['snapshot', 'request-started']);
  });

  test('a watcher that comes back to the same process resumes what came from others too', async () => {
    const { one, other } = aPair();
    const before = openWatcher(other.feed);
    start(one.feed, buildInFlight());
    one.pass(40);
    other.pass(40);
    const seen = await before.take(2);
    before.leave();
    const missed = buildInFlight();
    start(one.feed, missed);
    one.pass(40);
    const after = openWatcher(other.feed, seen.at(-1)?.id ?? null);
    expect((await after.take(1)).map(({ event }) => event)).toEqual([{ type: 'request-started', request: missed }]);
  });
});

const DASHBOARD_API_KEY = 'dashboard-key-of-the-test';

test.skipIf(findRedisServer() === null)(
  'two gateways with Redis: a stream through one is watched at the other from its beginning to its end',
  async () => {
    const redis = await startTestRedis();
    {
      const env = { REDIS_URL: redis.url, DASHBOARD_API_KEY };
      await using one = await startTestGateway({ env });
      await using other = await startTestGateway({ env });
      const watching = new AbortController();
      const events: LiveEvent[] = [];
      const headers = { 'x-dashboard-key': DASHBOARD_API_KEY };
      const feed = await fetch(`${other.url}/sse`, { headers, signal: watching.signal });
      void (async () => {
        if (feed.body !== null) for await (const { event } of readLiveFeed(feed.body)) events.push(event);
      })().catch(() => {});
      const typesOf = (requestId: string | null): string[] =>
        events.flatMap((event) => {
          const told = 'request' in event ? event.request.requestId : 'requestId' in event ? event.requestId : null;
          return told !== null && told === requestId ? [event.type] : [];
        });
      const send = async (): Promise<string | null> => {
        const sent = await one.send('fake-text', { stream: true });
        await sent.text();
        return sent.headers.get('x-nexus-request-id');
      };
      await waitFor('the other process to be heard', async () => {
        await send();
        return events.some(({ type }) => type === 'request-ended');
      });
      const requestId = await send();
      await waitFor('its end', () => typesOf(requestId).includes('request-ended'));
      expect(typesOf(requestId).slice(0, 2)).toEqual(['request-started', 'request-first-token']);
      watching.abort();
    }
    await redis.stop();
  },
  30_000,
);
