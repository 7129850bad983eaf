import { describe, expect, test } from 'bun:test';
import { GatewayError } from '@nexus/contract';
import { buildInFlight, createLiveWorld, openWatcher, END, start } from './live-world.ts';

describe('live feed', () => {
  test('a new watcher first gets what is in flight, then what happens', async () => {
    const { feed, pass } = createLiveWorld();
    const running = buildInFlight();
    start(feed, running);
    const watcher = openWatcher(feed);
    feed.firstToken(running.requestId, 200, 321);
    feed.ended({ requestId: running.requestId, ...END });
    pass(40);

    const events = (await watcher.take(3)).map((frame) => frame.event);

    expect(events).toEqual([
      { type: 'snapshot', inFlight: [running] },
      { type: 'request-first-token', requestId: running.requestId, status: 200, firstTokenMs: 321 },
      { type: 'request-ended', requestId: running.requestId, ...END },
    ]);
  });

  test('a secret in a path or an id is masked, in an event as in a snapshot', async () => {
    const { feed, pass } = createLiveWorld();
    const leak = { path: '/v1/x/sk-ant-api03-planted', sessionId: 'sk-ant-api03-planted', agentId: 'nx_live_planted' };
    const before = openWatcher(feed);
    start(feed, { ...buildInFlight(), ...leak });
    pass(40);

    const told = JSON.stringify([await before.take(2), await openWatcher(feed).take(1)]);

    expect(told).toContain('/v1/x/sk-ant-api03-***');
    expect(told).not.toContain('planted');
  });

  test('a snapshot shows progress that was never told as an event', async () => {
    const { feed } = createLiveWorld();
    const running = buildInFlight();
    const progress = { status: 200, outputTokens: 17, outputTokensEstimated: true, responseBytes: 4096 };
    start(feed, running);
    feed.progress({ requestId: running.requestId, ...progress });

    const [first] = await openWatcher(feed).take(1);

    expect(first?.event).toEqual({ type: 'snapshot', inFlight: [{ ...running, ...progress }] });
  });

  test('a watcher that comes back misses nothing and sees nothing twice', async () => {
    const { feed, pass } = createLiveWorld();
    const requests = Array.from({ length: 20 }, () => buildInFlight());
    const before = openWatcher(feed);
    for (const request of requests.slice(0, 10)) start(feed, request);
    pass(40);
    const seen = await before.take(8);
    before.leave();
    for (const request of requests.slice(10)) start(feed, request);

    const after = openWatcher(feed, seen.at(-1)?.id ?? null);
    feed.close();
    const told = [...seen, ...(await after.rest())].map(({ event }) =>
      event.type === 'request-started' ? event.request.requestId : event.type,
    );

    expect(told).toEqual(['snapshot', ...requests.map((request) => request.requestId)]);
  });

  test('a watcher that was away for longer than the ring remembers gets a gap with what is in flight', async () => {
    const { feed } = createLiveWorld({ ringMax: 4 });
    const requests = Array.from({ length: 6 }, () => buildInFlight());
    openWatcher(feed);
    for (const request of requests) start(feed, request);

    const [first] = await openWatcher(feed, 'p1.1').take(1);

    expect(first).toEqual({ id: 'p1.6', event: { type: 'gap', inFlight: requests } });
  });

  test('a watcher that missed more than 2,000 events gets a gap, although the ring remembers them', async () => {
    const { feed } = createLiveWorld({ ringMax: 5000 });
    openWatcher(feed);
    for (let n = 0; n < 2001; n += 1) start(feed, buildInFlight());

    const [gap] = await openWatcher(feed, 'p1.0').take(1);
    const [resumed] = await openWatcher(feed, 'p1.1').take(1);

    expect(gap?.event.type).toBe('gap');
    expect(resumed).toMatchObject({ id: 'p1.2', event: { type: 'request-started' } });
  });

  test('a watcher that comes back within a minute has missed nothing; later it gets an overview', async () => {
    const { feed, pass } = createLiveWorld();
    const leaver = openWatcher(feed);
    const [opening] = await leaver.take(1);
    leaver.leave();
    const first = buildInFlight();
    const second = buildInFlight();
    pass(59_000);
    start(feed, first);
    const back = openWatcher(feed, opening?.id ?? null);
    const [seen] = await back.take(1);
    back.leave();
    pass(61_000);
    start(feed, second);
    const late = openWatcher(feed, seen?.id ?? null);
    const [overview] = await late.take(1);
    const next = buildInFlight();
    start(feed, next);
    pass(40);

    expect(seen?.event).toEqual({ type: 'request-started', request: first });
    expect(overview?.event).toEqual({ type: 'gap', inFlight: [first, second] });
    expect((await late.take(1))[0]?.event).toEqual({ type: 'request-started', request: next });
  });

  test.each(['p0.2', 'p1.99', 'p1.x', 'p1', '2'])(
    'the foreign id %p yields a gap, never a wrong resume',
    async (id) => {
      const { feed } = createLiveWorld();
      for (let n = 0; n < 3; n += 1) start(feed, buildInFlight());

      const [first] = await openWatcher(feed, id).take(1);

      expect(first?.event.type).toBe('gap');
    },
  );

  test('progress is told at most four times a second, and the last state is always told', async () => {
    const { feed, pass } = createLiveWorld();
    const running = buildInFlight();
    const watcher = openWatcher(feed);
    start(feed, running);
    for (let tokens = 1; tokens <= 200; tokens += 1) {
      feed.progress({
        requestId: running.requestId,
        status: 200,
        outputTokens: tokens,
        outputTokensEstimated: true,
        responseBytes: tokens * 10,
      });
      pass(10);
    }
    pass(1000);
    feed.close();

    const told = (await watcher.rest()).flatMap(({ event }) =>
      event.type === 'request-progress' ? [event.outputTokens] : [],
    );

    expect(told.length).toBeGreaterThanOrEqual(7);
    expect(told.length).toBeLessThanOrEqual(10);
    expect(told.at(-1)).toBe(200);
  });

  test('progress after the end is not told', async () => {
    const { feed, pass } = createLiveWorld();
    const running = buildInFlight();
    const watcher = openWatcher(feed);
    start(feed, running);
    feed.ended({ requestId: running.requestId, ...END });
    feed.progress({
      requestId: running.requestId,
      status: 200,
      outputTokens: 5,
      outputTokensEstimated: true,
      responseBytes: 50,
    });
    pass(1000);
    feed.close();

    const types = (await watcher.rest()).map(({ event }) => event.type);

    expect(types).toEqual(['snapshot', 'request-started', 'request-ended']);
  });

  test('more watchers than the bound are refused with a code of the table', () => {
    const { feed } = createLiveWorld({ watchersMax: 2 });
    openWatcher(feed);
    const second = openWatcher(feed);

    expect(() => openWatcher(feed)).toThrow(new GatewayError('watchers-full').message);
    second.leave();
    expect(openWatcher(feed).response.status).toBe(200);
    expect(feed.watcherCount()).toBe(2);
  });

  test('a watcher that does not read is cut at its bound, and resumes where it stopped', async () => {
    const { feed, pass } = createLiveWorld({ ringMax: 5000 });
    const slow = openWatcher(feed);
    const ids: string[] = [];
    // 2,000 events of about 400 bytes are three times what may wait for one watcher.
    for (let n = 0; n < 2000; n += 1) {
      const request = buildInFlight();
      ids.push(request.requestId);
      start(feed, request);
      pass(40);
    }
    expect(feed.watcherCount()).toBe(0);

    const kept = await slow.rest();
    const resumed = openWatcher(feed, kept.at(-1)?.id ?? null);
    feed.close();
    const told = [...kept, ...(await resumed.rest())].flatMap(({ event }) =>
      event.type === 'request-started' ? [event.request.requestId] : [],
    );

    expect(kept.length).toBeLessThan(1000);
    expect(told).toEqual(ids);
  });

  test('more events in one flush than the ring holds become a gap, not a hole', async () => {
    const { feed, pass } = createLiveWorld({ ringMax: 10 });
    const watcher = openWatcher(feed);
    for (let n = 0; n < 25; n += 1) start(feed, buildInFlight());
    pass(40);

    const types = (await watcher.take(2)).map(({ event }) => event.type);

    expect(types).toEqual(['snapshot', 'gap']);
  });

  test('a quiet feed says every 15 seconds that it lives, and stops when nobody listens', async () => {
    const { feed, pass } = createLiveWorld();
    const response = feed.watch(null, new AbortController().signal);
    pass(45_000);
    feed.close();
    pass(45_000);

    expect((await response.text()).match(/^: still here$/gm)?.length).toBe(3);
  });

  test('a watcher is let go after an hour, so that it has to show again that it may look', async () => {
    const { feed, pass } = createLiveWorld();
    const watcher = openWatcher(feed);
    pass(3_599_000);
    expect(feed.watcherCount()).toBe(1);
    pass(1000);

    expect(feed.watcherCount()).toBe(0);
    expect((await watcher.rest()).map(({ event }) => event.type)).toEqual(['snapshot']);
  });

  test('a closing process ends every watcher and takes no new one', async () => {
    const { feed } = createLiveWorld();
    const watcher = openWatcher(feed);
    feed.close();

    expect((await watcher.rest()).length).toBe(1);
    expect(() => openWatcher(feed)).toThrow(new GatewayError('shutting-down').message);
  });
});
