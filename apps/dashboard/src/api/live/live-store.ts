import type { LiveEvent, RequestSummary } from '@nexus/contract';
import type { LiveConnectionState } from './live-connection.ts';
import { EMPTY_LIVE_STATE, type LiveState, reduceLive } from './live-state.ts';

/** Events wait this long to be applied together, so that a busy gateway does not redraw the page for each. */
const BATCH_MS = 80;
/** Events held while a batch waits; more than this and the batch is applied at once. */
const BATCH_EVENTS_MAX = 2_000;

export interface LiveSnapshot {
  readonly connection: LiveConnectionState;
  readonly state: LiveState;
}

/** What the page knows of the live feed: read by components, filled by the connection. */
export interface LiveStore {
  readonly read: () => LiveSnapshot;
  readonly subscribe: (listener: () => void) => () => void;
  /** Told of every recorded request, for lists that want to say that there is more. */
  readonly onRecorded: (listener: (requests: readonly RequestSummary[]) => void) => () => void;
  /** Told of every turn that has got its place in a conversation. */
  readonly onTurns: (listener: (turns: readonly RequestSummary[]) => void) => () => void;
  /** Told of conversations that changed beside what turns added: moved, deleted, imported. */
  readonly onConversationsChanged: (listener: (change: ConversationsChanged) => void) => () => void;
  /** Told when an account rests, recovers, or its token is about to end. */
  readonly onAccounts: (listener: () => void) => () => void;
  readonly push: (event: LiveEvent) => void;
  readonly setConnection: (connection: LiveConnectionState) => void;
}

export type ConversationsChanged = Extract<LiveEvent, { type: 'conversations-changed' }>;

export function createLiveStore(clock: () => number): LiveStore {
  let snapshot: LiveSnapshot = { connection: 'connecting', state: EMPTY_LIVE_STATE };
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const listeners = new Set<() => void>();
  const recordedListeners = new Set<(requests: readonly RequestSummary[]) => void>();
  const accountListeners = new Set<() => void>();
  const turnListeners = new Set<(turns: readonly RequestSummary[]) => void>();
  const changeListeners = new Set<(change: ConversationsChanged) => void>();

  function publish(next: LiveSnapshot): void {
    snapshot = next;
    for (const listener of listeners) listener();
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const events = waiting;
    waiting = [];
    publish({ ...snapshot, state: reduceLive(snapshot.state, events, clock()) });
    const recorded = events.flatMap((event) => (event.type === 'request-recorded' ? [event.request] : []));
    if (recorded.length > 0) for (const listener of recordedListeners) listener(recorded);
    const turns = events.flatMap((event) => (event.type === 'turn-added' ? [event.request] : []));
    if (turns.length > 0) for (const listener of turnListeners) listener(turns);
    if (events.some((event) => event.type.startsWith('account-'))) for (const listener of accountListeners) listener();
    for (const event of events) {
      if (event.type === 'conversations-changed') for (const listener of changeListeners) listener(event);
    }
  }

  return {
    read: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRecorded(listener) {
      recordedListeners.add(listener);
      return () => recordedListeners.delete(listener);
    },
    onTurns(listener) {
      turnListeners.add(listener);
      return () => turnListeners.delete(listener);
    },
    onConversationsChanged(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onAccounts(listener) {
      accountListeners.add(listener);
      return () => accountListeners.delete(listener);
    },
    push(event) {
      waiting.push(event);
      if (waiting.length > BATCH_EVENTS_MAX) flush();
      else timer ??= setTimeout(flush, BATCH_MS);
    },
    setConnection(connection) {
      if (connection !== snapshot.connection) publish({ ...snapshot, connection });
    },
  };
}
