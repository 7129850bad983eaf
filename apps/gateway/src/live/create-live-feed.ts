import { maskSecretText } from '@nexus/anthropic';
import { GatewayError, type InFlightRequest, type LiveEvent } from '@nexus/contract';
import { type EventRing, type FeedEvent, createEventRing } from './event-ring.ts';
import { type Frames, createFrames } from './frames.ts';
import { createInFlightBook, type InFlightBook } from './in-flight-book.ts';
import type { LiveFeed } from './live-feed.ts';
import { NO_NEIGHBOURS, type Neighbours } from './neighbours.ts';
import { createOutbox } from './outbox.ts';
import { createRepeatTask, type Schedule, scheduleTimer } from './repeat-task.ts';
import { createUnreadEvents } from './unread-events.ts';
import { createWatchers } from './watchers.ts';

/** Progress of one exchange is told at most this often. */
const PROGRESS_EVERY_MS = 250;

/** Events wait this long for company: 200 watchers then cost one write each for all of them. An eye sees no difference. */
const FLUSH_AFTER_MS = 40;

/** Far above NEXUS_EXCHANGES_MAX; reached only if ends get lost. */
const IN_FLIGHT_MAX = 20_000;

/** A watcher that missed more gets an overview instead: that many events of 400 bytes are 800 KB to hold for each who returns. */
const RESUMED_EVENTS_MAX = 2_000;

export interface LiveFeedOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Events that a returning watcher can catch up on. */
  readonly ringMax: number;
  readonly watchersMax: number;
  /** Names this process in event ids (letters and digits), so that an id of an earlier process is told from one of this. */
  readonly processToken: string;
  /** Other processes whose events are shown here, and which show those of this one; absent: there are none. */
  readonly neighbours?: Neighbours;
  /** Called when somebody begins to watch. */
  readonly onWatch?: () => void;
  /** Timers, which tests run by hand. */
  readonly schedule?: Schedule;
}

/** Whoever was cut comes back within this and has missed nothing; a watcher that comes later gets an overview. */
const REMEMBERED_MS = 60_000;

/**
 * The live feed of one process. Telling it something costs a map entry; everything else happens once per flush, and nothing
 * where nobody has watched for a minute: what is remembered for nobody costs every exchange 5 µs.
 */
export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  const schedule = options.schedule ?? scheduleTimer;
  const ring = createEventRing(options.ringMax);
  const book = createInFlightBook({ progressEveryMs: PROGRESS_EVERY_MS, max: IN_FLIGHT_MAX });
  const unread = createUnreadEvents({ onAdded: armFlush, onForgotten: ring.forget });
  const frames = createFrames(options.processToken);
  const { watchers, neighbours, isThere, isWatched, isWatchedHere } = createAudience(options, schedule);
  const outbox = createOutbox(ring, neighbours);
  const flushing = createRepeatTask(schedule, flush);
  const overview: Overview = (type) => toOverview(type, book, neighbours);
  let closed = false;

  function flush(): number | null {
    for (const event of [...book.takeProgress(options.clock()), ...unread.take()]) outbox.push(event);
    outbox.send();
    const unsent = ring.takeUnsent() ?? [ring.mark(overview('gap'))];
    if (unsent.length > 0 && watchers.count() > 0) watchers.send(frames.toBytes(unsent));
    return book.hasUntold() && isThere() ? PROGRESS_EVERY_MS : null;
  }

  function armFlush(): void {
    if (isThere()) flushing.arm(FLUSH_AFTER_MS);
  }

  function tell(event: LiveEvent | (() => LiveEvent)): void {
    if (isWatched()) outbox.push(event);
    else ring.forget();
    armFlush();
  }

  function hear(events: readonly LiveEvent[]): void {
    for (const event of events) ring.push(event);
    armFlush();
  }

  neighbours.join({
    isWatched: isWatchedHere,
    inFlight: () => book.list().map(maskRequest),
    onEvents: hear,
    onGap: () => hear([overview('gap')]),
    onWatched: () => options.onWatch?.(),
  });
  return {
    ...toTellers(book, tell, armFlush),
    linked: unread.add,
    changed: tell,
    watch(lastEventId, signal) {
      if (closed) throw new GatewayError('shutting-down');
      if (watchers.count() >= options.watchersMax) throw new GatewayError('watchers-full');
      // What waits goes out first: the opening then stands exactly between two flushes.
      flush();
      const opening = toOpening(lastEventId, { ring, frames, overview });
      return toFeedResponse(watchers.add(frames.toOpeningBytes(opening), signal));
    },
    watcherCount: () => watchers.count(),
    isWatched,
    forget: ring.forget,
    close() {
      flush();
      closed = true;
      flushing.cancel();
      watchers.closeAll();
      neighbours.close();
    },
  };
}

type Overview = (type: 'snapshot' | 'gap') => LiveEvent;

function toOverview(type: 'snapshot' | 'gap', book: InFlightBook, neighbours: Neighbours): LiveEvent {
  return { type, inFlight: [...book.list().map(maskRequest), ...neighbours.inFlight()] };
}

interface OpeningParts {
  readonly ring: EventRing;
  readonly frames: Frames;
  readonly overview: Overview;
}

/** What a watcher missed, or all that is in flight. */
function toOpening(lastEventId: string | null, { ring, frames, overview }: OpeningParts): readonly FeedEvent[] {
  if (lastEventId === null) return [ring.mark(overview('snapshot'))];
  return ring.after(frames.parseId(lastEventId), RESUMED_EVENTS_MAX) ?? [ring.mark(overview('gap'))];
}

/** Everybody whom the feed is for: those who watch here, and those who watch another process. */
function createAudience({ neighbours = NO_NEIGHBOURS, clock, onWatch }: LiveFeedOptions, schedule: Schedule) {
  const watchers = createWatchers({
    schedule,
    clock,
    onAdded: () => {
      neighbours.watch();
      onWatch?.();
    },
  });
  const isWatchedHere = (): boolean => watchers.awayMs() <= REMEMBERED_MS;
  return {
    watchers,
    neighbours,
    isThere: (): boolean => watchers.count() > 0 || neighbours.areWatching(),
    isWatchedHere,
    isWatched: (): boolean => isWatchedHere() || neighbours.areWatching(),
  };
}

type Tellers = Pick<LiveFeed, 'started' | 'firstToken' | 'progress' | 'ended' | 'recorded'>;

/** What the life of an exchange tells: its place in the book, and the event of it. */
function toTellers(
  book: InFlightBook,
  tell: (event: LiveEvent | (() => LiveEvent)) => void,
  onProgress: () => void,
): Tellers {
  return {
    started(requestId, readRequest) {
      book.add(requestId, readRequest);
      tell(() => ({ type: 'request-started', request: maskRequest(readRequest()) }));
    },
    firstToken(requestId, status, firstTokenMs) {
      book.firstToken(requestId, status, firstTokenMs);
      tell({ type: 'request-first-token', requestId, status, firstTokenMs });
    },
    progress(progress) {
      book.progress(progress);
      onProgress();
    },
    ended(end) {
      book.remove(end.requestId);
      tell({ type: 'request-ended', ...end });
    },
    recorded: (readRequest) => tell(() => ({ type: 'request-recorded', request: readRequest() })),
  };
}

/** What a caller wrote where a secret may have slipped in; masked only when somebody looks, off the way of exchanges. */
function maskRequest(request: InFlightRequest): InFlightRequest {
  const { path, model, sessionId, agentId } = request;
  return {
    ...request,
    path: maskSecretText(path),
    model: model === null ? null : maskSecretText(model),
    sessionId: sessionId === null ? null : maskSecretText(sessionId),
    agentId: agentId === null ? null : maskSecretText(agentId),
  };
}

function toFeedResponse(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // no-transform: a compressing proxy would hold events back until its window is full.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
