import { toTitle } from '@nexus/core';
import { toConversation } from '../../linking/conversation-rows.ts';
import { toFacts } from '../request/to-facts.ts';
import { toRequestLink } from '../request/to-request-link.ts';
import type { Storage } from '../../storage.ts';
import type { TreeRequest } from '../conversation/load-conversation-tree.ts';
import { isUuid } from '../conversation/find-conversation.ts';
import type { Carrier } from './list-carriers.ts';

/** Where the conversation of a request is, as a hit shows it. */
export interface RequestPlace {
  readonly conversationId: string;
  /** Null for what is no turn. */
  readonly branch: string | null;
  readonly title: string | null;
}

/** The requests themselves, in the order in which they began: their times pick the partitions, so each is one probe. */
export async function loadRequests({ db }: Pick<Storage, 'db'>, carriers: readonly Carrier[]): Promise<TreeRequest[]> {
  if (carriers.length === 0) return [];
  const times = carriers.map(({ startedAtMs }) => startedAtMs);
  const rows = await db
    .selectFrom('request')
    .selectAll()
    .where('started_at', '>=', new Date(Math.min(...times)))
    .where('started_at', '<=', new Date(Math.max(...times)))
    .where((eb) => eb('started_at', '=', eb.fn.any(eb.val([...new Set(times)].map((ms) => new Date(ms))))))
    .where((eb) => eb('request_id', '=', eb.fn.any(eb.val(carriers.map(({ requestId }) => requestId)))))
    .orderBy('started_at')
    .orderBy('request_id')
    .execute();
  return rows.map((row) => ({ facts: toFacts(row), link: toRequestLink(row) }));
}

/** Where requests stand now, by their ids. A relink moves requests and never their words, so this is asked and not kept. */
export async function listPlaces(
  storage: Pick<Storage, 'db'>,
  carriers: readonly Carrier[],
): Promise<Map<string, RequestPlace>> {
  const requests = await loadRequests(storage, carriers);
  const ids = [...new Set(requests.map(({ link }) => link.conversationId))];
  const rows = await storage.db
    .selectFrom('conversation')
    .selectAll()
    .where((eb) => eb('conversation_id', '=', eb.fn.any(eb.val(ids))))
    .execute();
  const titles = new Map(rows.map((row) => [row.conversation_id, toTitle(toConversation(row).facts)]));
  return new Map(
    requests.map(({ facts, link }) => {
      const { conversationId, branch } = link;
      return [facts.requestId, { conversationId, branch, title: titles.get(conversationId) ?? null }];
    }),
  );
}

/** What a conversation is made of: its requests, and the payloads that hold their bodies. */
export interface ConversationParts {
  readonly requestIds: ReadonlySet<string>;
  readonly payloadIds: readonly string[];
}

/** One walk of the primary key; nothing for a conversation that is not there. */
export async function loadConversationParts(
  { db }: Pick<Storage, 'db'>,
  conversationId: string,
): Promise<ConversationParts> {
  if (!isUuid(conversationId)) return { requestIds: new Set(), payloadIds: [] };
  const rows = await db
    .selectFrom('request')
    .select(['request_id', 'payload_id'])
    .where('conversation_id', '=', conversationId)
    .execute();
  return {
    requestIds: new Set(rows.map((row) => row.request_id)),
    payloadIds: [...new Set(rows.map((row) => row.payload_id))],
  };
}
