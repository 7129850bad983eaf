import type { LiveEvent } from '@nexus/contract';
import { toRequestSummary } from '@nexus/services';
import type { WrittenBatch, WrittenRequest } from '@nexus/storage';

/** What a batch that was written tells of conversations, in the order in which its requests began. */
export function toConversationEvents({
  requests,
  relinked = [],
}: Pick<WrittenBatch, 'requests'> & Partial<WrittenBatch>): readonly LiveEvent[] {
  const events = requests
    .toSorted((a, b) => a.facts.startedAtMs - b.facts.startedAtMs || (a.facts.requestId < b.facts.requestId ? -1 : 1))
    .flatMap(toEvents);
  return relinked.length === 0 ? events : [...events, toRelinkedEvent(relinked)];
}

/** A late request may have moved others: out of one conversation, into another. */
function toRelinkedEvent(relinked: WrittenBatch['relinked']): LiveEvent {
  const ids = relinked.flatMap(({ before, after }) => [before.conversationId, after.conversationId]);
  return { type: 'conversations-changed', because: 'relinked', conversationIds: [...new Set(ids)] };
}

function toEvents(written: WrittenRequest): readonly LiveEvent[] {
  const { branch, relation } = written.link;
  if (branch === null || relation === 'retries' || relation === 'attached') {
    return branch === null ? [] : toAgentEnd(written, branch);
  }
  const request = toRequestSummary(written.facts, written.link);
  return [...toBeginning(written, branch), { type: 'turn-added', request }, ...toAgentEnd(written, branch)];
}

/** What begins with this turn. A root that begins anew within its session has a branch of its own, and is no beginning. */
function toBeginning({ facts, link }: WrittenRequest, branch: string): readonly LiveEvent[] {
  const { conversationId, parentRequestId, relation } = link;
  const { requestId, agentId, domain, preview } = facts;
  switch (relation) {
    case 'root': {
      if (branch !== 'main') return [];
      const startedAt = new Date(facts.startedAtMs).toISOString();
      return [{ type: 'conversation-created', conversationId, domain, requestId, startedAt, preview }];
    }
    case 'forks':
    case 'compacts':
      return [{ type: 'branch-forked', conversationId, branch, relation, requestId, parentRequestId }];
    case 'sub-agent':
      return [{ type: 'sub-agent-started', conversationId, branch, agentId, requestId, parentRequestId }];
    default:
      return [];
  }
}

/** Reasons to stop after which an agent goes on by itself. */
const GOES_ON: ReadonlySet<string> = new Set(['tool_use', 'pause_turn']);

function toAgentEnd({ facts, link }: WrittenRequest, branch: string): readonly LiveEvent[] {
  const { stopReason, outcome, requestId, agentId } = facts;
  const isAgent = branch.startsWith('subtask_');
  if (!isAgent || outcome !== 'completed' || stopReason === null || GOES_ON.has(stopReason)) return [];
  const { conversationId } = link;
  return [{ type: 'sub-agent-ended', conversationId, branch, agentId, requestId, stopReason }];
}
