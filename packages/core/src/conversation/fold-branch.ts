import { compareRequests } from '../linking/fingerprint.ts';
import type { Relation } from '../linking/link.ts';
import { addToTally, type LinkedRequest, type Tally } from './tally.ts';

/** What the tree shows of a branch, kept on write. */
export interface BranchFacts extends Tally {
  readonly conversationId: string;
  readonly name: string;
  /** The turn it begins with, and how that stands to its parent. */
  readonly first: BranchEnd;
  readonly relation: Relation;
  readonly parentRequestId: string | null;
  readonly agentId: string | null;
  readonly launchOrder: string | null;
  /** The latest turn on it. */
  readonly last: BranchEnd;
}

export interface BranchEnd {
  readonly requestId: string;
  readonly startedAtMs: number;
}

/**
 * The facts of a branch with one more of its requests; `facts` is null before the first. Null for a request that stands
 * on no branch. Whatever the order of the requests, the facts are the same.
 */
export function foldBranch(facts: BranchFacts | null, linked: LinkedRequest): BranchFacts | null {
  const { request, link } = linked;
  if (link.branch === null) return facts;
  const { requestId, startedAtMs } = request;
  const end: BranchEnd = { requestId, startedAtMs };
  const isFirst = facts === null || compareRequests(end, facts.first) < 0;
  const isLast = facts === null || compareRequests(facts.last, end) < 0;
  return {
    ...addToTally(facts, linked),
    conversationId: link.conversationId,
    name: link.branch,
    first: isFirst ? end : facts.first,
    relation: isFirst ? link.relation : facts.relation,
    parentRequestId: isFirst ? link.parentRequestId : facts.parentRequestId,
    agentId: isFirst ? request.agentId : facts.agentId,
    launchOrder: isFirst ? link.launchOrder : facts.launchOrder,
    last: isLast ? end : facts.last,
  };
}
