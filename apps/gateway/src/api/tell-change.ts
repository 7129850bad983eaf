import { OPERATIONS, type OperationName } from '@nexus/contract';
import type { LiveFeed } from '../live/live-feed.ts';

/** Tells open pages of a change of conversations that no recorded request tells of. */
export function tellChange(name: OperationName, output: Uint8Array, live: Pick<LiveFeed, 'linked'>): void {
  switch (name) {
    case 'conversation.delete': {
      const { conversationId } = DELETED.parse(parseJson(output));
      return live.linked(() => [
        { type: 'conversations-changed', because: 'deleted', conversationIds: [conversationId] },
      ]);
    }
    case 'conversation.import': {
      const { conversations } = IMPORTED.parse(parseJson(output));
      const conversationIds = conversations.flatMap(({ conversationId }) => conversationId ?? []);
      return live.linked(() => [{ type: 'conversations-changed', because: 'imported', conversationIds }]);
    }
    default:
  }
}

const DELETED = OPERATIONS['conversation.delete'].output;
const IMPORTED = OPERATIONS['conversation.import'].output;

/** The output may come from another thread, where it was made into bytes. */
function parseJson(output: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(output));
}
