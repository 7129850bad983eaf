import { type InFlightRequest, type LiveFrame, readLiveFeed } from '@nexus/contract';
import { createLiveFeed } from '../../src/live/create-live-feed.ts';
import type { LiveFeed } from '../../src/live/live-feed.ts';

/** A feed whose clock and timers are run by hand. */
export interface LiveWorld {
  readonly feed: LiveFeed;
  /** Moves the clock and runs every timer that is due, in order. */
  readonly pass: (ms: number) => void;
}

export function createLiveWorld(options: { ringMax?: number; watchersMax?: number; token?: string } = {}): LiveWorld {
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  let nowMs = 1_700_000_000_000;
  const feed = createLiveFeed({
    clock: () => nowMs,
    ringMax: options.ringMax ?? 1000,
    watchersMax: options.watchersMax ?? 10,
    processToken: options.token ?? 'p1',
    schedule(callback, afterMs) {
      const timer = { atMs: nowMs + afterMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    feed,
    pass(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.callback();
      }
      nowMs = endMs;
    },
  };
}

export interface OpenWatcher {
  /** The next `count` events. */
  take(count: number): Promise<LiveFrame[]>;
  /** Everything until the answer ends. */
  rest(): Promise<LiveFrame[]>;
  readonly response: Response;
  leave(): void;
}

export function openWatcher(feed: LiveFeed, lastEventId: string | null = null): OpenWatcher {
  const abort = new AbortController();
  return toWatcher(feed.watch(lastEventId, abort.signal), () => abort.abort());
}

export function toWatcher(response: Response, leave: () => void): OpenWatcher {
  if (response.body === null) throw new Error('a feed has a body');
  const frames = readLiveFeed(response.body);
  return {
    response,
    leave,
    async take(count) {
      const taken: LiveFrame[] = [];
      while (taken.length < count) {
        const next = await frames.next();
        if (next.done) break;
        taken.push(next.value);
      }
      return taken;
    },
    async rest() {
      const taken: LiveFrame[] = [];
      for await (const frame of frames) taken.push(frame);
      return taken;
    },
  };
}

/** Tells the feed of an exchange that begins as `request` says. */
export function start(feed: LiveFeed, request: InFlightRequest): void {
  feed.started(request.requestId, () => request);
}

export function buildInFlight(overrides: Partial<InFlightRequest> = {}): InFlightRequest {
  return {
    requestId: Bun.randomUUIDv7(),
    startedAt: '2026-11-20T12:00:00.000Z',
    domain: 'team.example.com',
    method: 'POST',
    path: '/v1/messages',
    model: 'claude-opus-4-5',
    stream: true,
    sessionId: null,
    agentId: null,
    accountId: null,
    requestBytes: 1200,
    status: null,
    firstTokenMs: null,
    outputTokens: 0,
    outputTokensEstimated: true,
    responseBytes: 0,
    ...overrides,
  };
}
