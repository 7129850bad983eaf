/** What told where a request belongs. */
export const LINK_SOURCES = ['header', 'metadata', 'prefix', 'sub-agent call', 'summary', 'none'] as const;
export type LinkSource = (typeof LINK_SOURCES)[number];

/**
 * How a request stands to its parent.
 * - `root`: it begins a conversation, or begins anew within its session.
 * - `continues`: the next turn on its parent's branch.
 * - `forks`: another continuation of a turn that has one already; the first of a branch of its own.
 * - `retries`: the same conversation sent again; `retryOf` is the first attempt.
 * - `sub-agent`: the first request of an agent; its parent launched it.
 * - `compacts`: the first request of a segment that goes on from a summary; its parent wrote the summary.
 * - `attached`: belongs to the conversation but is no turn of it (titles, probes, token counts), or could not be read.
 */
export const RELATIONS = ['root', 'continues', 'forks', 'retries', 'sub-agent', 'compacts', 'attached'] as const;
export type Relation = (typeof RELATIONS)[number];

/** Where a request belongs, before branches have names and conversations have ids. */
export interface Placement {
  readonly relation: Relation;
  readonly parentRequestId: string | null;
  /** The first attempt at the same turn; set where `relation` is `retries`. */
  readonly retryOf: string | null;
  /** The call that launched this agent; each call launches one. */
  readonly launchedBy: { readonly requestId: string; readonly toolUseId: string; readonly index: number } | null;
  readonly linkSource: LinkSource;
  /** The reason in words, to be stored and shown. */
  readonly because: string;
}

/** Where a request belongs. */
export interface Link extends Placement {
  readonly requestId: string;
  readonly conversationId: string;
  /** Unique in the conversation: `main`, `branch_…`, `compact_…`, `subtask_<n>`; null for what is attached. */
  readonly branch: string | null;
  /** Turns from the root to here, the root being 1; 0 for what is attached. Retries share their turn's. */
  readonly depth: number;
  /** For a `sub-agent`: sorts (by code units) the agents of its conversation in the order they were launched. */
  readonly launchOrder: string | null;
}
