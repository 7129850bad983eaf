import { z } from 'zod';
import {
  BranchSummary,
  ConversationDiff,
  ConversationSegment,
  ConversationSummary,
  PathMessage,
  TreeNode,
} from './conversation-shapes.ts';
import { LIST_FILTERS, TIME_SPAN, toPageInput } from './list-input.ts';
import type { OperationDeclaration } from './operation-declaration.ts';

/** A choice of `true` or `false` in a query. */
const Choice = z.stringbool({ truthy: ['true'], falsy: ['false'] });

const ConversationId = z.guid();
const BranchName = z.string().min(1).max(100);

/** A file takes this much disk while it is read. */
const IMPORT_BYTES_MAX = 524_288_000;

/** What can be asked of conversations. */
export const CONVERSATION_OPERATIONS = {
  'conversation.list': {
    method: 'GET',
    path: '/api/conversations',
    scope: 'read',
    about: 'Conversations, the most recently active first, one keyset page at a time.',
    input: z.strictObject({
      // Each is of at least one of its requests; the span is that of its last activity.
      ...LIST_FILTERS,
      ...TIME_SPAN,
      hasSubAgents: Choice.optional(),
      hasErrors: Choice.optional(),
      /**
       * Part of the title or of the first prompt, or words that stand in one of its messages, as `search.list` takes them;
       * the latter for callers who may read content. Upper and lower case are the same.
       */
      text: z.string().min(1).max(200).optional(),
      ...toPageInput({ limit: 50, limitMax: 200 }),
    }),
    output: z.strictObject({ conversations: z.array(ConversationSummary), nextCursor: z.string().nullable() }),
  },
  'conversation.get': {
    method: 'GET',
    path: '/api/conversations/:conversationId',
    scope: 'read',
    about: 'One conversation: its facts, its branches, and the segments that go on from a summary.',
    input: z.strictObject({ conversationId: ConversationId }),
    output: z.strictObject({
      conversation: ConversationSummary,
      branches: z.array(BranchSummary),
      segments: z.array(ConversationSegment),
    }),
  },
  'conversation.tree': {
    method: 'GET',
    path: '/api/conversations/:conversationId/tree',
    scope: 'read',
    about: 'Every request of a conversation, oldest first, with its parent and the reason of its place.',
    input: z.strictObject({ conversationId: ConversationId }),
    output: z.strictObject({
      conversationId: ConversationId,
      nodes: z.array(TreeNode),
      /** True where the conversation has more requests than one answer holds; the latest ones are missing. */
      isCut: z.boolean(),
      /** True where requests went on from others that are not kept any more. */
      isBeginningGone: z.boolean(),
    }),
  },
  'conversation.messages': {
    method: 'GET',
    path: '/api/conversations/:conversationId/messages',
    scope: 'content',
    about: 'The messages from the beginning of a conversation to the end of a branch, each once.',
    input: z.strictObject({
      conversationId: ConversationId,
      branch: BranchName.default('main'),
      /** Position of the first message of the page. */
      from: z.coerce.number().int().min(0).max(1_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      branch: z.string(),
      messages: z.array(PathMessage),
      /** Messages on the whole path. */
      messageCount: z.int(),
      /** Where the next page begins; null on the last. */
      nextFrom: z.int().nullable(),
      /** Turns at the end of the path or of a segment whose messages cannot be read, because their bodies were not kept. */
      unreadRequestIds: z.array(z.uuid()),
    }),
  },
  'conversation.diff': {
    method: 'GET',
    path: '/api/conversations/:conversationId/diff',
    scope: 'content',
    about: 'How two requests of a conversation differ: system prompt, tools, messages and parameters.',
    input: z.strictObject({ conversationId: ConversationId, from: z.uuid(), to: z.uuid() }),
    output: ConversationDiff,
  },
  'conversation.delete': {
    method: 'DELETE',
    path: '/api/conversations/:conversationId',
    scope: 'write',
    about:
      'Deletes a conversation for good: its requests with their bodies. The sums of usage stay, and the log says who did it.',
    input: z.strictObject({ conversationId: ConversationId }),
    output: z.strictObject({ conversationId: ConversationId, deletedRequestCount: z.int() }),
  },
  'conversation.export': {
    method: 'GET',
    path: '/api/conversations/:conversationId/export',
    scope: 'content',
    about: 'A whole conversation as a file: `jsonl` to keep every byte of it, `md` or `html` to read it.',
    input: z.strictObject({ conversationId: ConversationId, format: z.enum(['jsonl', 'md', 'html']).default('jsonl') }),
  },
  'conversation.import': {
    method: 'POST',
    path: '/api/conversations/import',
    scope: 'write',
    about:
      'Reads JSONL exports back, one or several in one file, each whole or not at all. What is there already stays as it is. The sums of usage stay too.',
    upload: { mediaType: 'application/x-ndjson', bytesMax: IMPORT_BYTES_MAX },
    input: z.strictObject({
      /** The domain to put them under, where it is to be another one; ids are others then. */
      domain: z.string().min(1).max(255).optional(),
    }),
    output: z.strictObject({
      conversations: z.array(
        z.strictObject({
          /** Null where the file held no request. */
          conversationId: ConversationId.nullable(),
          domain: z.string(),
          title: z.string().nullable(),
          importedRequestCount: z.int(),
          /** Requests that were there already. */
          knownRequestCount: z.int(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
