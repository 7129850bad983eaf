import type { BranchFacts, ConversationFacts, DatedText, Tally } from '@nexus/core';
import type { BranchTable, ConversationTable, TallyColumns } from '../schema.ts';
import { toSafeText } from '../writer/safe-text.ts';

/** Who paid for a conversation, who sent it, and what for; each in the order of the alphabet. */
export interface ConversationParties {
  readonly accounts: readonly string[];
  readonly keys: readonly string[];
  readonly users: readonly string[];
  readonly projects: readonly string[];
}

/** A conversation as it is stored: its facts and its parties. */
export interface StoredConversation extends ConversationParties {
  readonly facts: ConversationFacts;
}

const TEXT_MAX = 400;
const NAME_MAX = 200;

/** A row to insert: whoever has a request again is remembered again. */
export type ConversationRow = Omit<ConversationTable, 'links_forgotten'>;

export function toConversationRow({ facts, ...parties }: StoredConversation): ConversationRow {
  const { title, firstPrompt, latest } = facts;
  return {
    conversation_id: facts.conversationId,
    domain: facts.domain,
    ...toTallyColumns(facts),
    branch_count: facts.branchCount,
    fork_count: facts.forkCount,
    subtask_count: facts.subtaskCount,
    compaction_count: facts.compactionCount,
    models: toNames(facts.models),
    accounts: toNames(parties.accounts),
    keys: toNames(parties.keys),
    users: toNames(parties.users),
    projects: toNames(parties.projects),
    title: title && toSafeText(title.text, TEXT_MAX),
    title_of: title?.requestId ?? null,
    title_at: title && new Date(title.startedAtMs),
    first_prompt: firstPrompt && toSafeText(firstPrompt.text, TEXT_MAX),
    first_prompt_of: firstPrompt?.requestId ?? null,
    first_prompt_at: firstPrompt && new Date(firstPrompt.startedAtMs),
    latest_of: latest?.requestId ?? null,
    latest_at: latest && new Date(latest.startedAtMs),
    latest_model: latest?.model ? toSafeText(latest.model, NAME_MAX) : null,
    latest_context_tokens: latest?.contextTokens ?? null,
  };
}

export function toConversation(row: ConversationTable): StoredConversation {
  const facts: ConversationFacts = {
    conversationId: row.conversation_id,
    domain: row.domain,
    ...toTally(row),
    models: row.models,
    branchCount: row.branch_count,
    forkCount: row.fork_count,
    subtaskCount: row.subtask_count,
    compactionCount: row.compaction_count,
    title: toDated(row.title, { requestId: row.title_of, at: row.title_at }),
    firstPrompt: toDated(row.first_prompt, { requestId: row.first_prompt_of, at: row.first_prompt_at }),
    latest:
      row.latest_of === null || row.latest_at === null
        ? null
        : {
            requestId: row.latest_of,
            startedAtMs: row.latest_at.getTime(),
            model: row.latest_model,
            contextTokens: row.latest_context_tokens ?? 0,
          },
  };
  return { facts, accounts: row.accounts, keys: row.keys, users: row.users, projects: row.projects };
}

export function toBranchRow(facts: BranchFacts): BranchTable {
  return {
    conversation_id: facts.conversationId,
    name: facts.name,
    ...toTallyColumns(facts),
    models: toNames(facts.models),
    first_request_id: facts.first.requestId,
    relation: facts.relation,
    parent_request_id: facts.parentRequestId,
    agent_id: facts.agentId,
    launch_order: facts.launchOrder,
    last_request_id: facts.last.requestId,
  };
}

export function toBranch(row: BranchTable): BranchFacts {
  return {
    conversationId: row.conversation_id,
    name: row.name,
    ...toTally(row),
    models: row.models,
    // A branch has nothing but turns, so the first and last of them began when it did.
    first: { requestId: row.first_request_id, startedAtMs: row.first_at.getTime() },
    relation: row.relation,
    parentRequestId: row.parent_request_id,
    agentId: row.agent_id,
    launchOrder: row.launch_order,
    last: { requestId: row.last_request_id, startedAtMs: row.last_at.getTime() },
  };
}

function toTallyColumns(tally: Tally): TallyColumns {
  return {
    first_at: new Date(tally.firstAtMs),
    last_at: new Date(tally.lastAtMs),
    request_count: tally.requestCount,
    turn_count: tally.turnCount,
    retry_count: tally.retryCount,
    error_count: tally.errorCount,
    input_tokens: tally.inputTokens,
    output_tokens: tally.outputTokens,
    cache_read_tokens: tally.cacheReadTokens,
    cache_write_tokens: tally.cacheWriteTokens,
    depth: tally.depth,
    cost_nano: tally.costNano,
    unpriced_count: tally.unpricedCount,
  };
}

function toTally(row: TallyColumns): Omit<Tally, 'models'> {
  return {
    firstAtMs: row.first_at.getTime(),
    lastAtMs: row.last_at.getTime(),
    requestCount: row.request_count,
    turnCount: row.turn_count,
    retryCount: row.retry_count,
    errorCount: row.error_count,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    depth: row.depth,
    costNano: row.cost_nano,
    unpricedCount: row.unpriced_count,
  };
}

function toNames(names: readonly string[]): string[] {
  return names.map((name) => toSafeText(name, NAME_MAX));
}

function toDated(
  text: string | null,
  { requestId, at }: { readonly requestId: string | null; readonly at: Date | null },
): DatedText | null {
  return text === null || requestId === null || at === null ? null : { text, requestId, startedAtMs: at.getTime() };
}
