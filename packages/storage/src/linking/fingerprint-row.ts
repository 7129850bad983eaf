import type { AgentCall, LinkHash } from '@nexus/anthropic';
import type { Chain, ChainStep, Fingerprint, Link, Linked } from '@nexus/core';
import type { FingerprintTable } from '../schema.ts';

/** A row of `fingerprint` to insert: the jsonb columns are JSON text already. */
export interface FingerprintRow extends Omit<FingerprintTable, 'agent_calls' | 'launched_by' | 'forgotten'> {
  readonly agent_calls: string | null;
  readonly launched_by: string | null;
}

export function toFingerprintRow({ fingerprint, link }: Linked): FingerprintRow {
  const { chain } = fingerprint;
  const previous = chain?.steps.at(-2);
  return {
    domain: fingerprint.domain,
    request_id: fingerprint.requestId,
    started_at: new Date(fingerprint.startedAtMs),
    ended_at: new Date(fingerprint.endedAtMs),
    kind: fingerprint.kind,
    outcome: fingerprint.outcome,
    session_id: fingerprint.sessionId,
    session_source: fingerprint.sessionSource,
    agent_id: fingerprint.agentId,
    parent_agent_id: fingerprint.parentAgentId,
    chain_end: chain?.end ?? null,
    chain_tail: chain?.tail ?? null,
    chain_opening: chain?.opening ?? null,
    chain_length: chain?.length ?? null,
    chain_is_opening: chain?.isOpening ?? null,
    previous_end: previous?.end ?? null,
    previous_answered: previous?.answered ?? null,
    unlinkable: fingerprint.unlinkable,
    answer_end: fingerprint.answerEnd,
    prompt_hash: fingerprint.promptHash,
    agent_calls: fingerprint.agentCalls.length === 0 ? null : JSON.stringify(fingerprint.agentCalls.map(toOrdered)),
    continues: fingerprint.continues,
    summaries_read: fingerprint.summariesRead,
    summaries_written: fingerprint.summariesWritten,
    title: fingerprint.title,
    ...toLinkColumns(link),
  };
}

/** jsonb sorts the members of an object in its own way; in one order the same call is the same text. */
function toOrdered({ toolUseId, index, promptHash, asynchronous }: AgentCall): AgentCall {
  return { toolUseId, index, promptHash, asynchronous };
}

/** The part of a row that linking anew changes. */
export function toLinkColumns(link: Link) {
  return {
    conversation_id: link.conversationId,
    branch: link.branch,
    relation: link.relation,
    parent_request_id: link.parentRequestId,
    retry_of: link.retryOf,
    depth: link.depth,
    launched_by: link.launchedBy === null ? null : JSON.stringify(link.launchedBy),
    launch_order: link.launchOrder,
    link_source: link.linkSource,
    link_because: link.because,
  };
}

/** Finds the step before one, by its hash. */
export type StepBefore = (end: LinkHash) => ChainStep | null;

/** The stored form of a request; its chain has as many steps as `before` leads back to, `stepsMax` at most. */
export function toLinked(row: FingerprintTable, before: StepBefore, stepsMax: number): Linked {
  const fingerprint: Fingerprint = {
    requestId: row.request_id,
    domain: row.domain,
    startedAtMs: row.started_at.getTime(),
    endedAtMs: row.ended_at.getTime(),
    kind: row.kind,
    outcome: row.outcome,
    sessionId: row.session_id,
    sessionSource: row.session_source,
    agentId: row.agent_id,
    parentAgentId: row.parent_agent_id,
    chain: toChain(row, before, stepsMax),
    unlinkable: row.unlinkable,
    answerEnd: toHash(row.answer_end),
    promptHash: toHash(row.prompt_hash),
    agentCalls: (row.agent_calls ?? []).map(toOrdered),
    continues: row.continues,
    summariesRead: row.summaries_read.map(toHashText),
    summariesWritten: row.summaries_written.map(toHashText),
    title: row.title,
  };
  return { fingerprint, link: toLink(row) };
}

/** The columns of a link that a row of `fingerprint` has, and a row of `request` with the rest of it beside. */
export type LinkRow = Pick<
  FingerprintTable,
  | 'request_id'
  | 'conversation_id'
  | 'branch'
  | 'relation'
  | 'parent_request_id'
  | 'retry_of'
  | 'depth'
  | 'launched_by'
  | 'launch_order'
  | 'link_source'
  | 'link_because'
>;

export function toLink(row: LinkRow): Link {
  return {
    requestId: row.request_id,
    conversationId: row.conversation_id,
    branch: row.branch,
    relation: row.relation,
    parentRequestId: row.parent_request_id,
    retryOf: row.retry_of,
    depth: row.depth,
    launchedBy: row.launched_by,
    launchOrder: row.launch_order,
    linkSource: row.link_source,
    because: row.link_because,
  };
}

function toChain(row: FingerprintTable, before: StepBefore, stepsMax: number): Chain | null {
  const { chain_end: end, chain_tail: tail, chain_opening: opening, chain_length: length } = row;
  if (end === null || tail === null || opening === null || length === null) return null;
  const steps: ChainStep[] = [{ end: toHashText(end), answered: null }];
  let at = toStep(row.previous_end, row.previous_answered);
  while (at !== null && steps.length < stepsMax) {
    steps.push(at);
    at = before(at.end);
  }
  const isOpening = row.chain_is_opening === true;
  const ends = { end: toHashText(end), tail: toHashText(tail), opening: toHashText(opening) };
  return { ...ends, length, isOpening, steps: steps.toReversed() };
}

export function toStep(end: string | null, answered: string | null): ChainStep | null {
  return end === null ? null : { end: toHashText(end), answered: toHash(answered) };
}

function toHash(uuid: string | null): LinkHash | null {
  return uuid === null ? null : toHashText(uuid);
}

/** PostgreSQL takes 32 digits for a uuid, and gives them with dashes. */
export function toHashText(uuid: string): LinkHash {
  return uuid.replaceAll('-', '');
}
