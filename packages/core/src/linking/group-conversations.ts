import type { Digest } from '@nexus/anthropic';
import { toConversationId } from './conversation-id.ts';
import { isTurn, type Placed } from './link-index.ts';

/** The placed requests of one conversation, in order. */
export interface ConversationGroup {
  readonly conversationId: string;
  readonly members: readonly Placed[];
}

/**
 * Parts placed requests of one domain (in order) into conversations: whoever has a parent is with it, and whoever
 * names a session is with all who name it. The id comes from the first turn without a parent, else the first request.
 */
export function groupConversations(placed: readonly Placed[], digest: Digest): ConversationGroup[] {
  const joins = createJoins();
  for (const { fingerprint, placement } of placed) {
    const own = `request ${fingerprint.requestId}`;
    joins.find(own);
    if (placement.parentRequestId !== null) joins.join(own, `request ${placement.parentRequestId}`);
    if (placement.retryOf !== null) joins.join(own, `request ${placement.retryOf}`);
    if (fingerprint.sessionId !== null) joins.join(own, `session ${fingerprint.sessionId}`);
  }
  const groups = new Map<string, Placed[]>();
  for (const member of placed) {
    const key = joins.find(`request ${member.fingerprint.requestId}`);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups.values()].flatMap((members) => {
    const anchor = members.find(isRoot) ?? members[0];
    return anchor === undefined ? [] : { conversationId: toConversationId(anchor.fingerprint, digest), members };
  });
}

function isRoot({ fingerprint, placement }: Placed): boolean {
  return isTurn(fingerprint) && placement.parentRequestId === null;
}

interface Joins {
  /** The name by which the set of `item` goes. */
  find(item: string): string;
  join(a: string, b: string): void;
}

/** Disjoint sets with path halving. */
function createJoins(): Joins {
  const leaders = new Map<string, string>();
  const find = (item: string): string => {
    let at = item;
    for (;;) {
      const leader = leaders.get(at);
      if (leader === undefined) leaders.set(at, at);
      if (leader === undefined || leader === at) return at;
      const above = leaders.get(leader) ?? leader;
      leaders.set(at, above);
      at = above;
    }
  };
  return {
    find,
    join: (a, b) => {
      leaders.set(find(a), find(b));
    },
  };
}
