/** Where conversations are, so that one that was moved stays, and an account that recovers is not overrun. Bounded. */
export interface ConversationPlaces {
  /** Id of the account, or null. `affinity` is what requests of one conversation, or of one sub-agent, share. */
  find(affinity: number): string | null;
  /** It is there now. `isElsewhere`: another process, which does not know of this, would look for it at another account. */
  put(affinity: number, accountId: string, isElsewhere?: boolean): void;
  /** Another process says that it is there. */
  learn(affinity: number, accountId: string): void;
  /** Told of each conversation that others should know the place of. */
  onMoved(listener: (affinity: number) => void): void;
  size(): number;
}

/** Longer than the longest prompt cache lives (an hour): after that nothing is lost by moving. */
export const PLACE_MS = 4_000_000;
/** What goes on elsewhere is told again this often, so that others do not forget it. */
const TOLD_AGAIN_MS = PLACE_MS / 4;
/** Some 100 bytes each. */
const PLACES_MAX = 50_000;

interface Place {
  accountId: string;
  usedAtMs: number;
  /** When others were told of it; null where they need not know. */
  toldAtMs: number | null;
}

/** `clock` counts milliseconds of any beginning. */
export function createConversationPlaces(clock: () => number): ConversationPlaces {
  // Two generations: looking a place up in the older one brings it forward, and what nobody brings forward is dropped whole.
  let young = new Map<number, Place>();
  let old = new Map<number, Place>();
  let bornMs = clock();
  const listeners: ((affinity: number) => void)[] = [];

  function turnOver(nowMs: number): void {
    if (young.size < PLACES_MAX / 2 && nowMs - bornMs < PLACE_MS) return;
    old = young;
    young = new Map();
    bornMs = nowMs;
  }

  function keep(affinity: number, accountId: string, nowMs: number): Place {
    turnOver(nowMs);
    const known = young.get(affinity);
    const place = known ?? { accountId, usedAtMs: nowMs, toldAtMs: old.get(affinity)?.toldAtMs ?? null };
    if (known === undefined) young.set(affinity, place);
    place.accountId = accountId;
    place.usedAtMs = nowMs;
    return place;
  }

  return {
    find(affinity) {
      const place = young.get(affinity) ?? old.get(affinity);
      return place === undefined || clock() - place.usedAtMs > PLACE_MS ? null : place.accountId;
    },
    put(affinity, accountId, isElsewhere = false) {
      const nowMs = clock();
      const before = young.get(affinity) ?? old.get(affinity);
      const isMoved = isElsewhere || (before !== undefined && before.accountId !== accountId);
      const place = keep(affinity, accountId, nowMs);
      if (!isMoved && (place.toldAtMs === null || nowMs - place.toldAtMs < TOLD_AGAIN_MS)) return;
      place.toldAtMs = nowMs;
      for (const listener of listeners) listener(affinity);
    },
    learn(affinity, accountId) {
      const nowMs = clock();
      keep(affinity, accountId, nowMs).toldAtMs = nowMs;
    },
    onMoved: (listener) => void listeners.push(listener),
    size: () => young.size + old.size,
  };
}
