/** Where conversations are, so that one that was moved stays, and an account that recovers is not overrun. Bounded. */
export interface ConversationPlaces {
  /** Id of the account, or null. `affinity` is what requests of one conversation, or of one sub-agent, share. */
  find(affinity: number): string | null;
  put(affinity: number, accountId: string): void;
  size(): number;
}

/** Longer than the longest prompt cache lives (an hour): after that nothing is lost by moving. */
const PLACE_MS = 4_000_000;
/** Some 100 bytes each. */
const PLACES_MAX = 50_000;

interface Place {
  accountId: string;
  usedAtMs: number;
}

/** `clock` counts milliseconds of any beginning. */
export function createConversationPlaces(clock: () => number): ConversationPlaces {
  // Two generations: looking a place up in the older one brings it forward, and what nobody brings forward is dropped whole.
  let young = new Map<number, Place>();
  let old = new Map<number, Place>();
  let bornMs = clock();

  function turnOver(nowMs: number): void {
    if (young.size < PLACES_MAX / 2 && nowMs - bornMs < PLACE_MS) return;
    old = young;
    young = new Map();
    bornMs = nowMs;
  }

  return {
    find(affinity) {
      const place = young.get(affinity) ?? old.get(affinity);
      return place === undefined || clock() - place.usedAtMs > PLACE_MS ? null : place.accountId;
    },
    put(affinity, accountId) {
      const nowMs = clock();
      turnOver(nowMs);
      const place = young.get(affinity);
      if (place === undefined) young.set(affinity, { accountId, usedAtMs: nowMs });
      else {
        place.accountId = accountId;
        place.usedAtMs = nowMs;
      }
    },
    size: () => young.size + old.size,
  };
}
