import { GatewayError, type OperationInput, type OperationOutput, type SearchHit } from '@nexus/contract';
import { findPartMatches, findWordMatches, parseSearch, type Search, toSnippet } from '@nexus/core';
import {
  type ConversationParts,
  listCarriers,
  listPlaces,
  loadConversationParts,
  loadSearchProgress,
  type PartSearchPage,
  searchParts,
  type SearchHit as StoredHit,
  type SearchPage,
  type SearchScope,
  SEARCHED_TEXT_MAX,
  searchWords,
  type Storage,
  toMessageKey,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireConversation } from '../conversation/require-conversation.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant, toMs } from '../to-instant.ts';
import { parseSearchCursor, toSearchCursorText } from './search-cursor.ts';
import { toSearchProgress } from './to-search-progress.ts';

type Input = OperationInput<'search.list'>;
type Output = OperationOutput<'search.list'>;

/** What one search for a part of a word goes through: a second at most, and a page that says how far it came. */
const PART_MESSAGES_MAX = 20_000;

/** One page of messages that say what was asked for. */
export async function listSearchHits(context: Context, input: Input): Promise<Output> {
  const storage = requireStorage(context);
  const search = toSearch(input);
  const parts = input.conversationId === undefined ? null : await loadParts(storage, input.conversationId);
  const [page, progress] = await Promise.all([
    findPage(storage, { input, search, scope: toScope(input, parts) }),
    loadSearchProgress(storage),
  ]);
  return {
    mode: search === null ? 'substring' : 'words',
    hits: await toHits(storage, page.hits, { input, search, parts }),
    nextCursor: page.next === null ? null : toSearchCursorText(page.next),
    searched: 'messageCount' in page ? toSearched(page) : null,
    progress: toSearchProgress(progress),
  };
}

/** Null where parts of words are asked for, or where there are no words to ask for. */
function toSearch({ q, mode }: Input): Search | null {
  if (mode === 'substring') return null;
  const search = parseSearch(q);
  if (search !== null || mode === undefined) return search;
  throw new GatewayError('field-invalid', {
    publicMessage: 'q: name at least one word to look for; marks alone are found with mode substring',
  });
}

async function loadParts(storage: Storage, conversationId: string): Promise<ConversationParts> {
  const parts = await loadConversationParts(storage, conversationId);
  if (parts.requestIds.size === 0) await requireConversation(storage, conversationId);
  return parts;
}

function toScope(input: Input, parts: ConversationParts | null): SearchScope {
  return {
    roles: input.role === undefined ? ['user', 'assistant'] : [input.role],
    tool: input.tool,
    domain: input.domain,
    payloadIds: parts?.payloadIds,
    fromMs: toMs(input.from),
    toMs: toMs(input.to),
  };
}

interface Asked {
  readonly input: Input;
  readonly search: Search | null;
}

function findPage(
  storage: Storage,
  { input, search, scope }: Asked & { readonly scope: SearchScope },
): Promise<SearchPage | PartSearchPage> {
  const { q, limit, order } = input;
  const before = input.cursor === undefined ? undefined : parseSearchCursor(input.cursor);
  return search === null
    ? searchParts(storage, { part: q, scope, before, limit, messagesMax: PART_MESSAGES_MAX })
    : searchWords(storage, { search, scope, order, before, limit });
}

function toSearched({ messageCount, reachedAtMs, next }: PartSearchPage): NonNullable<Output['searched']> {
  return {
    messageCount,
    reachedAt: reachedAtMs === null ? null : toInstant(reachedAtMs),
    isAll: next === null,
  };
}

/** A hit whose request was deleted meanwhile, or that another conversation said alone, is none. */
async function toHits(
  storage: Storage,
  found: readonly StoredHit[],
  asked: Asked & { readonly parts: ConversationParts | null },
): Promise<SearchHit[]> {
  const carriers = await listCarriers(storage, found);
  const carried = found.flatMap((hit) => {
    const requests = carriers.get(toMessageKey(hit))?.requests ?? [];
    const first = requests.find(
      ({ requestId }) => asked.parts?.requestIds.has(requestId) ?? requestId === hit.requestId,
    );
    return first === undefined ? [] : [{ hit, first, requestCount: requests.length }];
  });
  const places = await listPlaces(
    storage,
    carried.map(({ first }) => first),
  );
  return carried.flatMap(({ hit, first, requestCount }): SearchHit[] => {
    const place = places.get(first.requestId);
    if (place === undefined) return [];
    return [
      {
        messageId: toMessageKey(hit),
        conversationId: place.conversationId,
        conversationTitle: place.title,
        branch: place.branch,
        requestId: first.requestId,
        domain: hit.domain,
        role: hit.role,
        isAnswer: hit.isAnswer && first.requestId === hit.requestId,
        saidAt: toInstant(hit.saidAtMs),
        tools: hit.tools,
        snippet: toSnippet(hit.text, findMatches(hit.text, asked)),
        requestCount,
        isCut: hit.textLength > SEARCHED_TEXT_MAX,
      },
    ];
  });
}

function findMatches(text: string, { input, search }: Asked) {
  return search === null ? findPartMatches(text, input.q) : findWordMatches(text, search, SEARCHED_TEXT_MAX);
}
