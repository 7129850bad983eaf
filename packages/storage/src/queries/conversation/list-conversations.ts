import type { Search } from '@nexus/core';
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { type StoredConversation, toConversation } from '../../linking/conversation-rows.ts';
import type { Database } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type Keyset, toKeysetPage } from '../keyset.ts';
import { toWordCondition } from '../search/search-conditions.ts';

export interface ConversationListInput {
  readonly domain?: string | undefined;
  readonly accountId?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: string | undefined;
  readonly userId?: string | undefined;
  readonly project?: string | undefined;
  /** That at least one request named. */
  readonly sessionId?: string | undefined;
  /** Last active at or after; epoch milliseconds. */
  readonly fromMs?: number | undefined;
  /** Last active before; epoch milliseconds. */
  readonly toMs?: number | undefined;
  readonly hasSubtasks?: boolean | undefined;
  readonly hasErrors?: boolean | undefined;
  /** Part of the title or of the first prompt, in any case. */
  readonly text?: string | undefined;
  /** What may stand in any of its messages instead of `text` in title or prompt. */
  readonly said?: Search | undefined;
  readonly before?: Keyset | undefined;
  readonly limit: number;
}

export interface ConversationPage {
  readonly conversations: StoredConversation[];
  /** Null on the last page. */
  readonly next: Keyset | null;
}

/**
 * Conversations, last active first, one keyset page. Their facts are kept on write: no request is read. Probes and counts
 * of tokens that belong to nobody are requests, and no conversations: without a turn there is nothing to read.
 */
export async function listConversations(
  storage: Pick<Storage, 'db'>,
  input: ConversationListInput,
): Promise<ConversationPage> {
  const found = await toConversationsQuery(storage, input).execute();
  const { rows, next } = toKeysetPage(found, input.limit, (row) => ({
    atMs: row.last_at.getTime(),
    id: row.conversation_id,
  }));
  return { conversations: rows.map(toConversation), next };
}

/** The order is that of the indexes, which end in (last_at, conversation_id): a page is a walk backwards, without a sort. */
export function toConversationsQuery({ db }: Pick<Storage, 'db'>, input: ConversationListInput) {
  return db
    .selectFrom('conversation')
    .selectAll()
    .where((eb) => eb.and(toConditions(eb, input)))
    .orderBy('last_at', 'desc')
    .orderBy('conversation_id', 'desc')
    .limit(input.limit + 1);
}

type ConversationBuilder = ExpressionBuilder<Database, 'conversation'>;

function toConditions(eb: ConversationBuilder, input: ConversationListInput): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [sql<boolean>`turn_count > 0`];
  if (input.domain !== undefined) conditions.push(eb('domain', '=', input.domain));
  if (input.accountId !== undefined) conditions.push(sql<boolean>`accounts @> array[${input.accountId}]::text[]`);
  if (input.model !== undefined) conditions.push(sql<boolean>`models @> array[${input.model}]::text[]`);
  if (input.keyId !== undefined) conditions.push(sql<boolean>`keys @> array[${input.keyId}]::text[]`);
  if (input.userId !== undefined) conditions.push(sql<boolean>`users @> array[${input.userId}]::text[]`);
  if (input.project !== undefined) conditions.push(sql<boolean>`projects @> array[${input.project}]::text[]`);
  if (input.sessionId !== undefined) conditions.push(toSessionCondition(eb, input.sessionId));
  if (input.fromMs !== undefined) conditions.push(eb('last_at', '>=', new Date(input.fromMs)));
  if (input.toMs !== undefined) conditions.push(eb('last_at', '<', new Date(input.toMs)));
  // Written out and not bound: a plan for a bound value could not use the partial indexes.
  if (input.hasSubtasks !== undefined) conditions.push(toPresence('subtask_count', input.hasSubtasks));
  if (input.hasErrors !== undefined) conditions.push(toPresence('error_count', input.hasErrors));
  if (input.text !== undefined) conditions.push(toTextCondition(eb, { ...input, text: input.text }));
  if (input.before) {
    const position = eb.tuple(new Date(input.before.atMs), input.before.id);
    conditions.push(eb(eb.refTuple('last_at', 'conversation_id'), '<', position));
  }
  return conditions;
}

/** A session has few requests and an index of its own; a list by it is a walk of that. */
function toSessionCondition(eb: ConversationBuilder, sessionId: string): Expression<SqlBool> {
  const conversations = eb.selectFrom('request').select('request.conversation_id').where('session_id', '=', sessionId);
  return eb('conversation.conversation_id', 'in', conversations);
}

function toPresence(column: 'subtask_count' | 'error_count', isPresent: boolean): Expression<SqlBool> {
  return isPresent ? sql<boolean>`${sql.ref(column)} > 0` : sql<boolean>`${sql.ref(column)} = 0`;
}

function toTextCondition(
  eb: ConversationBuilder,
  { text, said, domain }: ConversationListInput & { readonly text: string },
): Expression<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const inTitle = [eb('title', 'ilike', pattern), eb('first_prompt', 'ilike', pattern)];
  return eb.or(said === undefined ? inTitle : [...inTitle, toSaidCondition(said, domain)]);
}

/** Of a word that is everywhere, not every message counts; who wants them all searches for them. */
const SAID_MAX = 5_000;

/** Asked once for the whole page: the index gives the messages, and the requests that said them their conversations. */
function toSaidCondition(said: Search, domain: string | undefined): Expression<SqlBool> {
  return sql<boolean>`conversation_id in (
    with said as materialized (
      select m.started_at, m.request_id
      from message_search as m
      where ${toWordCondition(said)}
        and m.role in ('user', 'assistant')
        and ${domain === undefined ? sql<boolean>`true` : sql<boolean>`m.domain = ${domain}`}
      limit ${SAID_MAX}
    )
    select r.conversation_id
    from said as s
    join request as r on r.started_at = s.started_at and r.request_id = s.request_id
  )`;
}
