import { type InFlightRequest, type LiveFrame, readLiveFeed } from '@nexus/contract';
import { createLiveFeed } from '../../src/live/create-live-feed.ts';
import type { LiveFeed } from '../../src/live/live-feed.ts';
import { createNeighbours } from '../../src/live/neighbours.ts';
import type { Schedule } from '../../src/live/repeat-task.ts';
import type { Channel, ChannelListener } from '../../src/redis/redis-channel.ts';

/** A feed whose clock and timers are run by hand. */
export interface LiveWorld {
  readonly feed: LiveFeed;
  /** Moves the clock and runs every timer that is due, in order. */
  readonly pass: (ms: number) => void;
}

export interface LiveWorldOptions {
  readonly ringMax?: number;
  readonly watchersMax?: number;
  readonly token?: string;
  /** What it shares with other worlds. */
  readonly channel?: Channel;
}

export function createLiveWorld(options: LiveWorldOptions = {}): LiveWorld {
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  let nowMs = 1_700_000_000_000;
  const clock = (): number => nowMs;
  const processToken = options.token ?? 'p1';
  const schedule: Schedule = (callback, afterMs) => {
    const timer = { atMs: nowMs + afterMs, callback };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const { channel } = options;
  const feed = createLiveFeed({
    clock,
    ringMax: options.ringMax ?? 1000,
    watchersMax: options.watchersMax ?? 10,
    processToken,
    ...(channel && { neighbours: createNeighbours({ channel, processToken, clock, schedule }) }),
    schedule,
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

/** A channel that everybody hears at once, and what was told on it. */
export interface TestChannel extends Channel {
  readonly told: string[];
  /** As after a connection that was lost. */
  open(): void;
}

export function createTestChannel(): TestChannel {
  const listeners: ChannelListener[] = [];
  const told: string[] = [];
  return {
    told,
    publish(text) {
      told.push(text);
      for (const listener of listeners) listener.onText(text);
    },
    listen: (listener) => void listeners.push(listener),
    open: () => {
      for (const listener of listeners) listener.onOpen();
    },
    close: () => {},
  };
}

/** How an exchange ends well, as the feed is told. */
export const END = {
  status: 200,
  outcome: 'completed',
  errorCode: null,
  usage: null,
  usageEstimated: false,
  durationMs: 900,
} as const;
