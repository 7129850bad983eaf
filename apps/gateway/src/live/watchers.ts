import { createRepeatTask, type Schedule } from './repeat-task.ts';
import { createWatcher, type Watcher } from './watcher.ts';

/** A comment this often keeps proxies and browsers from taking a quiet feed for a dead one. */
const HEARTBEAT_EVERY_MS = 15_000;

/** What may wait for one watcher: about a minute of a busy feed. */
const WATCHER_BYTES_MAX = 262_144;

/** Then a watcher is let go. It comes back at once, and has to show that it may still look. */
const WATCH_MS_MAX = 3_600_000;

const HEARTBEAT = new TextEncoder().encode(': still here\n\n');

/** Everybody who watches the feed. Those who do not keep up are cut; they come back and resume. */
export interface Watchers {
  /** The body of one watcher's answer; begins with `opening`, ends with the caller's `signal`. */
  add(opening: Uint8Array, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** The same bytes to everybody, without a copy. */
  send(bytes: Uint8Array): void;
  count(): number;
  /** Milliseconds since the last of them left; 0 while somebody watches, infinite where nobody ever did. */
  awayMs(): number;
  closeAll(): void;
}

export interface WatchersOptions {
  readonly schedule: Schedule;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Called when somebody begins to watch. */
  readonly onAdded?: (() => void) | undefined;
}

export function createWatchers({ schedule, clock, onAdded }: WatchersOptions): Watchers {
  /** Each with what calls off its end. */
  const watchers = new Map<Watcher, () => void>();
  let leftAtMs = -Infinity;

  const heartbeat = createRepeatTask(schedule, () => {
    send(HEARTBEAT);
    return watchers.size > 0 ? HEARTBEAT_EVERY_MS : null;
  });

  function send(bytes: Uint8Array): void {
    for (const watcher of watchers.keys()) {
      if (!watcher.offer(bytes)) drop(watcher);
    }
  }

  function drop(watcher: Watcher): void {
    watchers.get(watcher)?.();
    watchers.delete(watcher);
    watcher.close();
    if (watchers.size > 0) return;
    heartbeat.cancel();
    leftAtMs = clock();
  }

  return {
    add(opening, signal) {
      const watcher = createWatcher({ opening, bytesMax: WATCHER_BYTES_MAX, onGone: () => drop(watcher) });
      watchers.set(
        watcher,
        schedule(() => drop(watcher), WATCH_MS_MAX),
      );
      signal.addEventListener('abort', () => drop(watcher), { once: true });
      heartbeat.arm(HEARTBEAT_EVERY_MS);
      onAdded?.();
      return watcher.body;
    },
    send,
    count: () => watchers.size,
    awayMs: () => (watchers.size > 0 ? 0 : clock() - leftAtMs),
    closeAll() {
      for (const watcher of watchers.keys()) drop(watcher);
    },
  };
}
