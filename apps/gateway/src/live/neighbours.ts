import type { InFlightRequest, LiveEvent } from '@nexus/contract';
import type { Channel } from '../redis/redis-channel.ts';
import { type NeighbourBook, createNeighbourBook } from './neighbour-book.ts';
import { type NeighbourMessage, parseMessage, toMessages, WATCHING } from './neighbour-message.ts';
import { createRepeatTask, type Schedule } from './repeat-task.ts';

/** The other processes, so that whoever watches one of them sees what happens in all. */
export interface Neighbours {
  /** Whether somebody watches one of them now: only then they are told anything. */
  areWatching(): boolean;
  tell(events: readonly LiveEvent[]): void;
  /** What is in flight at them, as far as they told. */
  inFlight(): readonly InFlightRequest[];
  /** Somebody watches here from now on. */
  watch(): void;
  join(here: Here): void;
  close(): void;
}

/** What a feed lends to its neighbours. */
export interface Here {
  /** Whether somebody watches here, or has so lately that it may come back and resume. */
  isWatched(): boolean;
  inFlight(): readonly InFlightRequest[];
  onEvents(events: readonly LiveEvent[]): void;
  /** What happened at them was not all heard. */
  onGap(): void;
  /** Somebody begins to watch one of them. */
  onWatched(): void;
}

/** A process that is alone. */
export const NO_NEIGHBOURS: Neighbours = {
  areWatching: () => false,
  tell: () => {},
  inFlight: () => [],
  watch: () => {},
  join: () => {},
  close: () => {},
};

export interface NeighboursOptions {
  readonly channel: Channel;
  /** Names this process; letters and digits. */
  readonly processToken: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly schedule: Schedule;
}

/** Who is watched says so this often. */
const BEAT_MS = 2_000;
/** Whoever did not say so for this long is watched no more. */
const WATCHED_MS = 5_000;
/** What is in flight is told whole this often, since single events may be lost. */
const OVERVIEW_EVERY_MS = 10_000;
/** A neighbour that was not heard for so long is gone, and what was in flight there with it. */
const SILENT_MS_MAX = 25_000;

export function createNeighbours({ channel, processToken, clock, schedule }: NeighboursOptions): Neighbours {
  const book = createNeighbourBook();
  const watched = createWatched(clock);
  let here: Here | null = null;
  let overviewAtMs = -Infinity;

  function publish(kind: 'events' | 'in-flight', things: readonly (LiveEvent | InFlightRequest)[]): void {
    for (const text of toMessages(kind, processToken, things)) channel.publish(text);
  }

  function tellOverview(): void {
    overviewAtMs = clock();
    publish('in-flight', here?.inFlight() ?? []);
  }

  const beat = createRepeatTask(schedule, () => {
    if (here?.isWatched() === true) {
      channel.publish(`${WATCHING} ${processToken}`);
      if (book.dropSilent(clock() - SILENT_MS_MAX)) here.onGap();
    }
    if (watched.areSome() && clock() - overviewAtMs >= OVERVIEW_EVERY_MS) tellOverview();
    return BEAT_MS;
  });

  function hearWatching(token: string): void {
    if (!watched.note(token)) return;
    here?.onWatched();
    tellOverview();
  }

  function onText(text: string): void {
    const message = parseMessage(text, { isNeeded: here?.isWatched() === true });
    if (here === null || message === null || message.token === processToken) return;
    if (message.kind === 'watching') hearWatching(message.token);
    else hearOf(message, { here, book, nowMs: clock() });
  }

  channel.listen({
    onText,
    onOpen: () => {
      if (here?.isWatched() !== true) return;
      channel.publish(`${WATCHING} ${processToken}`);
      here.onGap();
    },
  });
  return {
    areWatching: watched.areSome,
    tell: (events) => publish('events', events),
    inFlight: () => book.list(),
    watch: () => channel.publish(`${WATCHING} ${processToken}`),
    join: (joined) => {
      here = joined;
      beat.arm(BEAT_MS);
    },
    close: () => {
      beat.cancel();
      // So that nobody waits for the silence of a process that said goodbye.
      if (watched.areSome()) publish('in-flight', []);
      channel.close();
    },
  };
}

interface Hearing {
  readonly here: Here;
  readonly book: NeighbourBook;
  readonly nowMs: number;
}

function hearOf(message: Exclude<NeighbourMessage, { kind: 'watching' }>, { here, book, nowMs }: Hearing): void {
  if (message.kind === 'events') {
    book.note(message.token, message.events, nowMs);
    here.onEvents(message.events);
    return;
  }
  const { started, areGone } = book.replace(message.token, message.requests, nowMs);
  here.onEvents(started.map((request) => ({ type: 'request-started', request })));
  if (areGone) here.onGap();
}

/** Which neighbours are watched. */
function createWatched(clock: () => number) {
  const untilMs = new Map<string, number>();
  return {
    /** True where it was not watched before. */
    note(token: string): boolean {
      const isNew = (untilMs.get(token) ?? 0) <= clock();
      untilMs.set(token, clock() + WATCHED_MS);
      return isNew;
    },
    areSome: (): boolean => {
      if (untilMs.size === 0) return false;
      const nowMs = clock();
      for (const [token, endMs] of untilMs) {
        if (endMs > nowMs) return true;
        untilMs.delete(token);
      }
      return false;
    },
  };
}
