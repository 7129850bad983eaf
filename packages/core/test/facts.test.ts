import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import {
  type BranchFacts,
  type ConversationFacts,
  foldBranch,
  foldConversation,
  type Link,
  type LinkedRequest,
  OUTCOMES,
  RELATIONS,
  type RequestFacts,
  toTitle,
} from '../src/index.ts';

const FACTS: RequestFacts = {
  requestId: 'r1',
  conversationId: 'c',
  startedAtMs: 1_000,
  domain: 'red.example',
  keyId: null,
  accountId: null,
  sessionId: null,
  agentId: null,
  parentAgentId: null,
  userId: null,
  project: null,
  method: 'POST',
  path: '/v1/messages',
  query: '',
  kind: 'inference',
  model: 'opus',
  modelServed: null,
  stream: true,
  status: 200,
  outcome: 'completed',
  errorCode: null,
  errorType: null,
  stopReason: 'end_turn',
  usage: null,
  usageEstimated: false,
  cost: null,
  firstByteMs: 1,
  firstTokenMs: 1,
  durationMs: 1,
  requestBytes: 1,
  responseBytes: 1,
  upstreamRequestId: null,
  userAgent: null,
  messageCount: 1,
  toolNames: [],
  preview: '',
  payload: 'stored',
};

const LINK: Link = {
  requestId: 'r1',
  conversationId: 'c',
  branch: 'main',
  depth: 1,
  launchOrder: null,
  relation: 'root',
  parentRequestId: null,
  retryOf: null,
  launchedBy: null,
  linkSource: 'none',
  because: '',
};

function linked(request: Partial<RequestFacts>, link: Partial<Link>, title: string | null = null): LinkedRequest {
  const requestId = request.requestId ?? FACTS.requestId;
  return { request: { ...FACTS, ...request }, link: { ...LINK, ...link, requestId }, title };
}

const USAGE = {
  inputTokens: 1,
  outputTokens: 2,
  cacheReadTokens: 30,
  cacheWrite5mTokens: 4,
  cacheWrite1hTokens: 5,
  thinkingTokens: 0,
};
const usage = { ...USAGE, serverToolUses: {}, iterations: [], serviceTier: null, speed: null, inferenceGeo: null };

const PRICED: Pick<RequestFacts, 'cost'> = { cost: { nanoDollars: 700, pricing: 'exact', priceVersion: 'v1' } };
const UNPRICED: Pick<RequestFacts, 'cost'> = { cost: { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v1' } };

const CONVERSATION = [
  linked({ preview: 'Count the boats', usage, ...PRICED }, {}),
  linked(
    { requestId: 'r2', startedAtMs: 2_000, preview: 'And the ships', model: 'haiku', outcome: 'cut' },
    { relation: 'continues', depth: 2, parentRequestId: 'r1' },
  ),
  linked(
    { requestId: 'r3', startedAtMs: 3_000, preview: 'And the ships', modelServed: 'sonnet', usage, ...UNPRICED },
    { relation: 'retries', depth: 2, retryOf: 'r2' },
  ),
  linked(
    { requestId: 'r4', startedAtMs: 2_500, agentId: 'x' },
    { relation: 'sub-agent', depth: 3, branch: 'subtask_1', parentRequestId: 'r2', launchOrder: 'o' },
  ),
  linked(
    { requestId: 'r5', startedAtMs: 9_000, preview: 'Please write a title', kind: 'auxiliary', usage },
    { relation: 'attached', depth: 0, branch: null },
    'Boats',
  ),
];

test('the facts of a conversation and of its branches', () => {
  const facts = CONVERSATION.reduce<ConversationFacts | null>(foldConversation, null);
  expect(facts).toEqual({
    conversationId: 'c',
    domain: 'red.example',
    requestCount: 5,
    turnCount: 3,
    retryCount: 1,
    errorCount: 1,
    inputTokens: 3,
    outputTokens: 6,
    cacheReadTokens: 90,
    cacheWriteTokens: 27,
    costNano: 700,
    unpricedCount: 1,
    models: ['haiku', 'opus', 'sonnet'],
    firstAtMs: 1_000,
    lastAtMs: 9_000,
    depth: 3,
    branchCount: 2,
    forkCount: 0,
    subtaskCount: 1,
    compactionCount: 0,
    title: { text: 'Boats', requestId: 'r5', startedAtMs: 9_000 },
    firstPrompt: { text: 'Count the boats', requestId: 'r1', startedAtMs: 1_000 },
    latest: { requestId: 'r3', startedAtMs: 3_000, model: 'sonnet', contextTokens: 40 },
  });
  const main = CONVERSATION.filter(({ link }) => link.branch === 'main').reduce<BranchFacts | null>(foldBranch, null);
  expect(main).toMatchObject({
    name: 'main',
    requestCount: 3,
    turnCount: 2,
    relation: 'root',
    parentRequestId: null,
    first: { requestId: 'r1', startedAtMs: 1_000 },
    last: { requestId: 'r3', startedAtMs: 3_000 },
  });
  const agent = CONVERSATION.filter(({ link }) => link.branch === 'subtask_1').reduce<BranchFacts | null>(
    foldBranch,
    null,
  );
  expect(agent).toMatchObject({
    name: 'subtask_1',
    relation: 'sub-agent',
    agentId: 'x',
    parentRequestId: 'r2',
    launchOrder: 'o',
  });
  expect(foldBranch(main, CONVERSATION.at(-1) ?? linked({}, {}))).toBe(main);
});

const text = (words: string): ConversationFacts['title'] => ({ text: words, requestId: 'r', startedAtMs: 1 });

test('a conversation is called by its latest title, else by its first prompt', () => {
  expect(toTitle({ title: text('Boats'), firstPrompt: text('Count') })).toBe('Boats');
  expect(toTitle({ title: null, firstPrompt: text('Count') })).toBe('Count');
  expect(toTitle({ title: null, firstPrompt: null })).toBeNull();
});

describe('in any order', () => {
  const anyRequest = fc
    .record({
      id: fc.nat({ max: 1_000 }),
      startedAtMs: fc.nat({ max: 5 }),
      outcome: fc.constantFrom(...OUTCOMES),
      model: fc.option(fc.constantFrom(...Array.from({ length: 60 }, (_, at) => `m${at}`))),
      preview: fc.constantFrom('', 'a', 'b'),
      relation: fc.constantFrom(...RELATIONS),
      depth: fc.nat({ max: 9 }),
      title: fc.option(fc.constantFrom('x', 'y')),
      counted: fc.boolean(),
    })
    .map(({ id, startedAtMs, outcome, model, preview, relation, depth, title, counted }) => {
      const request = { requestId: `r${id}`, startedAtMs, outcome, model, preview, usage: counted ? usage : null };
      return linked(request, { relation, depth, branch: relation === 'attached' ? null : 'main' }, title);
    });
  const requests = fc.uniqueArray(anyRequest, {
    selector: ({ request }) => request.requestId,
    size: 'max',
    maxLength: 80,
  });

  test('the facts are the same', () => {
    fc.assert(
      fc.property(requests, (all) => {
        const other = all.toReversed();
        expect(other.reduce<ConversationFacts | null>(foldConversation, null)).toEqual(
          all.reduce<ConversationFacts | null>(foldConversation, null),
        );
        expect(other.reduce<BranchFacts | null>(foldBranch, null)).toEqual(
          all.reduce<BranchFacts | null>(foldBranch, null),
        );
      }),
    );
  });
});
