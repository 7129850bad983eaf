import type { LiveEvent, RequestSummary } from '@nexus/contract';
import type { LiveConnectionState } from './live-connection.ts';
import { createListeners } from './listeners.ts';
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
  /** Told when somebody changed keys, limits or budgets, or may have while we were away. */
  readonly onRules: (listener: (changed: RulesChanged) => void) => () => void;
  readonly push: (event: LiveEvent) => void;
  readonly setConnection: (connection: LiveConnectionState) => void;
}

export type ConversationsChanged = Extract<LiveEvent, { type: 'conversations-changed' }>;

/** Which of what people set is another now. */
export interface RulesChanged {
  readonly keys: boolean;
  readonly limits: boolean;
}

export function createLiveStore(clock: () => number): LiveStore {
  let snapshot: LiveSnapshot = { connection: 'connecting', state: EMPTY_LIVE_STATE };
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const drawn = createListeners<void>();
  const recorded = createListeners<readonly RequestSummary[]>();
  const turns = createListeners<readonly RequestSummary[]>();
  const conversations = createListeners<ConversationsChanged>();
  const accounts = createListeners<void>();
  const rules = createListeners<RulesChanged>();

  function publish(next: LiveSnapshot): void {
    snapshot = next;
    drawn.tell();
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const events = waiting;
    waiting = [];
    publish({ ...snapshot, state: reduceLive(snapshot.state, events, clock()) });
    const newRequests = events.flatMap((event) => (event.type === 'request-recorded' ? [event.request] : []));
    if (newRequests.length > 0) recorded.tell(newRequests);
    const newTurns = events.flatMap((event) => (event.type === 'turn-added' ? [event.request] : []));
    if (newTurns.length > 0) turns.tell(newTurns);
    if (events.some((event) => event.type.startsWith('account-'))) accounts.tell();
    const changed = toChangedRules(events);
    if (changed.keys || changed.limits) rules.tell(changed);
    for (const event of events) if (event.type === 'conversations-changed') conversations.tell(event);
  }

  return {
    read: () => snapshot,
    subscribe: drawn.add,
    onRecorded: recorded.add,
    onTurns: turns.add,
    onConversationsChanged: conversations.add,
    onAccounts: accounts.add,
    onRules: rules.add,
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

function toChangedRules(events: readonly LiveEvent[]): RulesChanged {
  const has = (...types: readonly LiveEvent['type'][]) => events.some(({ type }) => types.includes(type));
  return { keys: has('keys-changed', 'gap'), limits: has('limits-changed', 'gap') };
}
