import type { Linked } from '@nexus/core';
import type { AgentCallTable, ChainStepTable, SummaryProbeTable } from '../schema.ts';
import type { InsertShape } from '../writer/insert-rows.ts';
import type { FingerprintRow } from './fingerprint-row.ts';

const KEEP_FIRST = 'on conflict do nothing';

export const FINGERPRINT_SHAPE: InsertShape<FingerprintRow> = {
  table: 'fingerprint',
  columns: [
    'domain',
    'request_id',
    'started_at',
    'ended_at',
    'kind',
    'outcome',
    'session_id',
    'session_source',
    'agent_id',
    'parent_agent_id',
    'chain_end',
    'chain_tail',
    'chain_opening',
    'chain_length',
    'chain_is_opening',
    'previous_end',
    'previous_answered',
    'unlinkable',
    'answer_end',
    'prompt_hash',
    'agent_calls',
    'continues',
    'summaries_read',
    'summaries_written',
    'title',
    'conversation_id',
    'branch',
    'relation',
    'parent_request_id',
    'retry_of',
    'depth',
    'launched_by',
    'launch_order',
    'link_source',
    'link_because',
  ],
  tail: KEEP_FIRST,
};

export const CHAIN_STEP_SHAPE: InsertShape<ChainStepTable> = {
  table: 'chain_step',
  columns: ['conversation_id', 'step_end', 'answered', 'domain', 'previous_end', 'previous_answered'],
  tail: KEEP_FIRST,
};

export const AGENT_CALL_SHAPE: InsertShape<AgentCallTable> = {
  table: 'agent_call',
  columns: ['prompt_hash', 'domain', 'request_id'],
  tail: KEEP_FIRST,
};

export const SUMMARY_PROBE_SHAPE: InsertShape<SummaryProbeTable> = {
  table: 'summary_probe',
  columns: ['probe', 'domain', 'role', 'request_id'],
  tail: KEEP_FIRST,
};

/**
 * The steps that a request went past and its parent did not: those of the parent are in the conversation already. All of
 * them where no parent is known.
 */
export function toStepRows({ fingerprint, link }: Linked, parentEnd: string | null): ChainStepTable[] {
  const steps = fingerprint.chain?.steps ?? [];
  const from = Math.max(
    0,
    steps.findIndex(({ end }) => end === parentEnd),
  );
  return steps.slice(from, -1).map(({ end, answered }, index) => {
    const previous = steps[from + index - 1];
    return {
      conversation_id: link.conversationId,
      step_end: end,
      answered: answered ?? end,
      domain: fingerprint.domain,
      previous_end: previous?.end ?? null,
      previous_answered: previous?.answered ?? null,
    };
  });
}

export function toCallRows({ fingerprint: { domain, requestId, agentCalls } }: Linked): AgentCallTable[] {
  const prompts = new Set(agentCalls.map(({ promptHash }) => promptHash));
  return [...prompts].map((prompt) => ({ prompt_hash: prompt, domain, request_id: requestId }));
}

export function toProbeRows({ fingerprint }: Linked): SummaryProbeTable[] {
  const { domain, requestId, summariesRead, summariesWritten } = fingerprint;
  const toRows = (role: 'read' | 'written', probes: readonly string[]): SummaryProbeTable[] =>
    [...new Set(probes)].map((probe) => ({ probe, domain, role, request_id: requestId }));
  return [...toRows('read', summariesRead), ...toRows('written', summariesWritten)];
}
