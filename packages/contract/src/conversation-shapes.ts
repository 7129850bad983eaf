import { REQUEST_KINDS } from '@nexus/anthropic';
import { LINK_SOURCES, OUTCOMES, RELATIONS } from '@nexus/core';
import { z } from 'zod';
import { CacheUse } from './cache-shapes.ts';
import { RequestSummary } from './request-shapes.ts';

const Tokens = z.int().nonnegative();

/** What conversations and branches count alike. */
const TALLY = {
  firstMessageTime: z.iso.datetime(),
  lastMessageTime: z.iso.datetime(),
  /** Requests of every kind, retries and titles among them. */
  messageCount: z.int(),
  /** Turns, each counted once however often it was tried. */
  turnCount: z.int(),
  retryCount: z.int(),
  /** Requests that did not end as they should. */
  errorCount: z.int(),
  /** Input and output; what came from the cache or went into it is apart. */
  totalTokens: Tokens,
  inputTokens: Tokens,
  outputTokens: Tokens,
  cacheReadTokens: Tokens,
  cacheWriteTokens: Tokens,
  /** Nano-dollars (10⁻⁹ $) of the requests whose price is known. */
  costNano: Tokens,
  /** Requests whose price is not known: they may have cost something. */
  unpricedCount: z.int(),
  modelsUsed: z.array(z.string()).readonly(),
  /** Turns on the longest way from the root. */
  depth: z.int(),
};

/** A conversation as lists show it. */
export const ConversationSummary = z
  .strictObject({
    conversationId: z.guid(),
    domain: z.string(),
    /** The title that Claude gave it, else the first prompt; null where there is neither. */
    title: z.string().nullable(),
    ...TALLY,
    accountIds: z.array(z.string()).readonly(),
    keyIds: z.array(z.string()).readonly(),
    userIds: z.array(z.string()).readonly(),
    projects: z.array(z.string()).readonly(),
    /** Branches of every kind, the main one among them. */
    branchCount: z.int(),
    /** Forks: continuations of a turn that had one already. */
    userBranchCount: z.int(),
    subtaskBranchCount: z.int(),
    compactBranchCount: z.int(),
    /** The latest turn; null where only requests that are no turns were seen. */
    latestRequestId: z.uuid().nullable(),
    latestModel: z.string().nullable(),
    /** How full the context of the latest turn was: all input tokens, cached or not. */
    latestContextTokens: Tokens.nullable(),
  })
  .meta({ id: 'ConversationSummary' });
export type ConversationSummary = z.infer<typeof ConversationSummary>;

/** One line of turns of a conversation. */
export const BranchSummary = z
  .strictObject({
    /** `main`, `branch_…`, `compact_…` or `subtask_<n>`. */
    branch: z.string(),
    ...TALLY,
    /** How its first turn stands to its parent. */
    relation: z.enum(RELATIONS),
    firstRequestId: z.uuid(),
    lastRequestId: z.uuid(),
    parentRequestId: z.uuid().nullable(),
    /** The branch of the parent; null for a root. */
    parentBranch: z.string().nullable(),
    agentId: z.string().nullable(),
  })
  .meta({ id: 'BranchSummary' });
export type BranchSummary = z.infer<typeof BranchSummary>;

/** A part of a conversation that goes on from a summary. */
export const ConversationSegment = z
  .strictObject({
    branch: z.string(),
    firstRequestId: z.uuid(),
    startedAt: z.iso.datetime(),
    /** The turn that wrote the summary, and its branch. */
    summarisedRequestId: z.uuid().nullable(),
    summarisedBranch: z.string().nullable(),
  })
  .meta({ id: 'ConversationSegment' });
export type ConversationSegment = z.infer<typeof ConversationSegment>;

/** One request as the tree of its conversation shows it. */
export const TreeNode = z
  .strictObject({
    requestId: z.uuid(),
    parentRequestId: z.uuid().nullable(),
    /** Null for what is no turn. */
    branch: z.string().nullable(),
    relation: z.enum(RELATIONS),
    /** The first attempt at the same turn. */
    retryOf: z.uuid().nullable(),
    /** Turns from the root to here; 0 for what is no turn. */
    depth: z.int(),
    linkSource: z.enum(LINK_SOURCES),
    linkBecause: z.string(),
    /** The call of the parent's answer that launched this agent. */
    launchToolUseId: z.string().nullable(),
    agentId: z.string().nullable(),
    startedAt: z.iso.datetime(),
    durationMs: z.int(),
    kind: z.enum(REQUEST_KINDS),
    model: z.string().nullable(),
    status: z.int().nullable(),
    outcome: z.enum(OUTCOMES),
    stopReason: z.string().nullable(),
    /** All input tokens, cached or not; null where the count never came. */
    contextTokens: Tokens.nullable(),
    outputTokens: Tokens.nullable(),
    /** What the prompt cache did for it; null for what is no turn, and for a moment after it was recorded. */
    cache: CacheUse.nullable(),
    messageCount: z.int(),
    /** The tool of each call in the answer, in order. */
    toolNames: z.array(z.string()).readonly(),
    preview: z.string(),
  })
  .meta({ id: 'TreeNode' });
export type TreeNode = z.infer<typeof TreeNode>;

/** One message of a branch's path. */
export const PathMessage = z
  .strictObject({
    /** Its place on the path, from 0. */
    position: z.int().nonnegative(),
    /** The request that added it: that sent it, or whose answer it is. */
    requestId: z.uuid(),
    /** The branch that request stands on; an earlier part of the path is another's. */
    branch: z.string().nullable(),
    /** Counts up where the path goes on from a summary. */
    segment: z.int().nonnegative(),
    role: z.string(),
    /** A text or a list of blocks, as it passed. */
    content: z.unknown(),
  })
  .meta({ id: 'PathMessage' });
export type PathMessage = z.infer<typeof PathMessage>;

const ValueDiff = z.strictObject({
  name: z.string(),
  /** Absent where this side does not have it. */
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});

/** How two requests differ. */
export const ConversationDiff = z
  .strictObject({
    from: RequestSummary,
    to: RequestSummary,
    /** Null where both are the same. */
    system: z
      .strictObject({
        from: z.unknown().optional(),
        to: z.unknown().optional(),
        /** True where only dates, environment, reminders and the like differ. */
        isVolatileOnly: z.boolean(),
      })
      .nullable(),
    tools: z.strictObject({
      added: z.array(z.string()).readonly(),
      removed: z.array(z.string()).readonly(),
      changed: z.array(ValueDiff).readonly(),
    }),
    messages: z.strictObject({
      /** Blocks that both begin with. */
      commonBlocks: z.int(),
      /** Index of the first message that diverges; null where the whole list is a beginning of the other's. */
      fromIndex: z.int().nullable(),
      toIndex: z.int().nullable(),
      from: z.array(z.unknown()).readonly(),
      to: z.array(z.unknown()).readonly(),
    }),
    parameters: z.array(ValueDiff).readonly(),
  })
  .meta({ id: 'ConversationDiff' });
export type ConversationDiff = z.infer<typeof ConversationDiff>;
