import { type BranchFacts, foldBranch, foldConversation, type LinkedRequest, type RequestFacts } from '@nexus/core';
import type { ClientBase } from 'pg';
import { toFacts } from '../queries/request/to-facts.ts';
import type { BranchTable, ConversationTable, FingerprintTable, RequestTable } from '../schema.ts';
import type { InsertRows, InsertShape } from '../writer/insert-rows.ts';
import { toSafeInteger } from '../writer/safe-text.ts';
import {
  type ConversationRow,
  type StoredConversation,
  toBranch,
  toBranchRow,
  toConversation,
  toConversationRow,
} from './conversation-rows.ts';
import { toLink } from './fingerprint-row.ts';

/** Whoever paid for or sent a conversation beyond this many is not listed with it. */
const PARTIES_MAX = 100;

/**
 * Adds requests that were appended to the facts of their conversations and branches: lists never add up requests. The
 * lock of the domain keeps others from folding at the same time.
 */
export async function addToConversations(
  client: ClientBase,
  insert: InsertRows,
  requests: readonly LinkedRequest[],
): Promise<void> {
  if (requests.length === 0) return;
  const ids = [...new Set(requests.map(({ link }) => link.conversationId))];
  const names = [...new Set(requests.flatMap(({ link }) => link.branch ?? []))];
  const stored = await client.query<ConversationTable>(
    'select * from conversation where conversation_id = any($1::uuid[])',
    [ids],
  );
  const branches = await client.query<BranchTable>(
    'select * from branch where conversation_id = any($1::uuid[]) and name = any($2::text[])',
    [ids, names],
  );
  await storeFolded(client, insert, {
    requests,
    conversations: new Map(stored.rows.map((row) => [row.conversation_id, toConversation(row)])),
    branches: new Map(branches.rows.map((row) => [`${row.conversation_id} ${row.name}`, toBranch(row)])),
  });
}

/** Counts conversations anew from their requests; one that lost all of them is gone. */
export async function recountConversations(
  client: ClientBase,
  insert: InsertRows,
  conversationIds: readonly string[],
): Promise<void> {
  if (conversationIds.length === 0) return;
  await client.query('delete from branch where conversation_id = any($1::uuid[])', [conversationIds]);
  await client.query('delete from conversation where conversation_id = any($1::uuid[])', [conversationIds]);
  const found = await client.query<RequestTable & LinkedColumns>(LINKED_REQUESTS, [conversationIds]);
  const requests = found.rows.map((row) => ({ request: toFacts(row), link: toLink(row), title: row.title }));
  await storeFolded(client, insert, { requests, conversations: new Map(), branches: new Map() });
}

/** What `request` does not hold of a link. */
type LinkedColumns = Pick<FingerprintTable, 'title' | 'launched_by' | 'launch_order'>;

const LINKED_REQUESTS = `
  select r.*, f.title, f.launched_by, f.launch_order
  from request as r
  join fingerprint as f on f.domain = r.domain and f.request_id = r.request_id
  where r.conversation_id = any($1::uuid[])`;

interface Folding {
  readonly requests: readonly LinkedRequest[];
  readonly conversations: Map<string, StoredConversation>;
  readonly branches: Map<string, BranchFacts>;
}

async function storeFolded(
  client: ClientBase,
  insert: InsertRows,
  { requests, conversations, branches }: Folding,
): Promise<void> {
  for (const it of requests) {
    const linked = { ...it, request: toCountable(it.request) };
    const { conversationId, branch } = linked.link;
    conversations.set(conversationId, addToConversation(conversations.get(conversationId), linked));
    const key = `${conversationId} ${branch}`;
    const facts = foldBranch(branches.get(key) ?? null, linked);
    if (facts !== null) branches.set(key, facts);
  }
  await insert(client, CONVERSATION_SHAPE, sortByKey(conversations).map(toConversationRow));
  await insert(client, BRANCH_SHAPE, sortByKey(branches).map(toBranchRow));
}

/** Counts as `request` holds them, so that a recount gives the same. */
function toCountable(request: RequestFacts): RequestFacts {
  const { usage } = request;
  if (usage === null) return request;
  const counts = {
    inputTokens: toSafeInteger(usage.inputTokens),
    outputTokens: toSafeInteger(usage.outputTokens),
    cacheReadTokens: toSafeInteger(usage.cacheReadTokens),
    cacheWrite5mTokens: toSafeInteger(usage.cacheWrite5mTokens),
    cacheWrite1hTokens: toSafeInteger(usage.cacheWrite1hTokens),
  };
  return { ...request, usage: { ...usage, ...counts } };
}

function addToConversation(stored: StoredConversation | undefined, linked: LinkedRequest): StoredConversation {
  const { accountId, keyId, userId, project } = linked.request;
  return {
    facts: foldConversation(stored?.facts ?? null, linked),
    accounts: withParty(stored?.accounts ?? [], accountId),
    keys: withParty(stored?.keys ?? [], keyId),
    users: withParty(stored?.users ?? [], userId),
    projects: withParty(stored?.projects ?? [], project),
  };
}

function withParty(parties: readonly string[], party: string | null): readonly string[] {
  if (party === null || parties.includes(party) || parties.length >= PARTIES_MAX) return parties;
  return [...parties, party].toSorted();
}

function sortByKey<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

const TALLY = [
  'first_at',
  'last_at',
  'request_count',
  'turn_count',
  'retry_count',
  'error_count',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cost_nano',
  'unpriced_count',
  'depth',
  'models',
] as const;

const CONVERSATION_COLUMNS = [
  ...TALLY,
  'branch_count',
  'fork_count',
  'subtask_count',
  'compaction_count',
  'accounts',
  'keys',
  'users',
  'projects',
  'title',
  'title_of',
  'title_at',
  'first_prompt',
  'first_prompt_of',
  'first_prompt_at',
  'latest_of',
  'latest_at',
  'latest_model',
  'latest_context_tokens',
] as const;

const BRANCH_COLUMNS = [
  ...TALLY,
  'first_request_id',
  'relation',
  'parent_request_id',
  'agent_id',
  'launch_order',
  'last_request_id',
] as const;

const CONVERSATION_SHAPE: InsertShape<ConversationRow> = {
  table: 'conversation',
  columns: ['conversation_id', 'domain', ...CONVERSATION_COLUMNS],
  tail: `on conflict (conversation_id) do update set links_forgotten = false, ${toReplacement(CONVERSATION_COLUMNS)}`,
};

const BRANCH_SHAPE: InsertShape<BranchTable> = {
  table: 'branch',
  columns: ['conversation_id', 'name', ...BRANCH_COLUMNS],
  tail: `on conflict (conversation_id, name) do update set ${toReplacement(BRANCH_COLUMNS)}`,
};

function toReplacement(columns: readonly string[]): string {
  return columns.map((column) => `${column} = excluded.${column}`).join(', ');
}
