import { z } from 'zod';
import { TIME_SPAN, toPageInput } from './list-input.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { RequestSummary } from './request-shapes.ts';

export const SEARCH_ROLES = ['user', 'assistant', 'system'] as const;
export const SEARCH_MODES = ['words', 'substring'] as const;

/** A part of a passage, and whether it is what was looked for. Parts and not markup: there is nothing to escape. */
export const SnippetPart = z.strictObject({ text: z.string(), isMatch: z.boolean() }).meta({ id: 'SnippetPart' });

/** A message that says what was looked for, once however many requests carried it. */
export const SearchHit = z
  .strictObject({
    messageId: z.string(),
    conversationId: z.guid(),
    conversationTitle: z.string().nullable(),
    /** Null where the request is no turn: a title, a probe, a count of tokens. */
    branch: z.string().nullable(),
    /** The request that said it first, or whose answer it is; of the conversation that was asked for. */
    requestId: z.uuid(),
    domain: z.string(),
    role: z.enum(SEARCH_ROLES),
    isAnswer: z.boolean(),
    saidAt: z.iso.datetime(),
    /** Tools that it calls, or gives the results of. */
    tools: z.array(z.string()).readonly(),
    snippet: z.array(SnippetPart).readonly(),
    /** Requests that carried it, its own among them. */
    requestCount: z.int(),
    /** True where the message is longer than what is searched of one. */
    isCut: z.boolean(),
  })
  .meta({ id: 'SearchHit' });
export type SearchHit = z.infer<typeof SearchHit>;

/** How far what was said can be searched. */
export const SearchProgress = z
  .strictObject({
    /** Requests that wait to be read; counted up to 100,000. */
    waitingRequests: z.int(),
    waitingSince: z.iso.datetime().nullable(),
    /** The first instant of which something can be found; null where the search is off. */
    from: z.iso.datetime().nullable(),
    /** Characters of a message that are searched. */
    messageLengthMax: z.int(),
  })
  .meta({ id: 'SearchProgress' });

/** What can be asked of what was said. */
export const SEARCH_OPERATIONS = {
  'search.list': {
    method: 'GET',
    path: '/api/search',
    scope: 'content',
    about:
      'Messages that say what `q` asks for, the latest first: words that must all be there, `"words in this order"`, `or`, `-not`, `begin*`. A part of a word is found with `mode=substring`.',
    input: z.strictObject({
      q: z.string().trim().min(1).max(500),
      /**
       * `words` asks the index. `substring` goes through messages from the latest on and tells how far it came. Left out, it
       * is `words` wherever `q` holds any.
       */
      mode: z.enum(SEARCH_MODES).optional(),
      /** Left out: what users and Claude said, and no system prompts. */
      role: z.enum(SEARCH_ROLES).optional(),
      /** Name of a tool that the message calls, or gives the result of. */
      tool: z.string().min(1).max(128).optional(),
      domain: z.string().max(255).optional(),
      conversationId: z.guid().optional(),
      // The span in which it was said.
      ...TIME_SPAN,
      /** `rank`: what fits best first, among the 2,000 messages that said it last. For words only. */
      order: z.enum(['time', 'rank']).default('time'),
      ...toPageInput({ limit: 30, limitMax: 100 }),
    }),
    output: z.strictObject({
      mode: z.enum(SEARCH_MODES),
      hits: z.array(SearchHit),
      /** Where a search for parts of words goes on, too, where it stopped without having filled the page. */
      nextCursor: z.string().nullable(),
      /** How far this page went through the messages; null where the index was asked, which knows all. */
      searched: z
        .strictObject({ messageCount: z.int(), reachedAt: z.iso.datetime().nullable(), isAll: z.boolean() })
        .nullable(),
      progress: SearchProgress,
    }),
  },
  'search.requests': {
    method: 'GET',
    path: '/api/search/:messageId/requests',
    scope: 'content',
    about: 'The requests that carried a message, the first of them first.',
    input: z.strictObject({
      messageId: z.string().regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/, 'take it from a hit'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      requests: z.array(RequestSummary),
      requestCount: z.int(),
      /** True where so many requests were made with its beginning that not all were looked at. */
      isCut: z.boolean(),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
