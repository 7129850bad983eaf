import { normaliseAnswer, normaliseMessage, normaliseMessages } from '@nexus/anthropic';
import { buildGraph, type Fingerprint, type FingerprintFacts, type Link, toFingerprint } from '../src/index.ts';
import { digest, RULES } from './write-down.ts';

/** A request as a test tells of it. */
export interface Sent extends Partial<Omit<FingerprintFacts, 'title'>> {
  /** Texts or contents, the user's first and then in turn; null leaves one out. */
  readonly said?: readonly unknown[];
  readonly messages?: readonly unknown[];
  readonly answer?: unknown;
}

let count = 0;

/** One request, a second after the one before unless told otherwise. */
export function send(id: string, { said = [], messages, answer = `answer to ${id}`, ...facts }: Sent): Fingerprint {
  count += 1;
  const startedAtMs = facts.startedAtMs ?? 1_800_000_000_000 + count * 1_000;
  const list =
    messages ??
    said
      .map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }))
      .filter(({ content }) => content !== null);
  const content = typeof answer === 'string' ? [{ type: 'text', text: answer }] : answer;
  return toFingerprint(
    {
      requestId: id,
      domain: 'red.example',
      kind: 'inference',
      outcome: 'completed',
      sessionId: null,
      sessionSource: facts.sessionId == null ? null : 'header',
      agentId: null,
      parentAgentId: null,
      endedAtMs: startedAtMs + 500,
      title: null,
      ...facts,
      startedAtMs,
    },
    {
      messages: normaliseMessages(list.map((message) => normaliseMessage(message, digest))),
      answer: normaliseAnswer({ content }, { digest, isSummary: facts.kind === 'compaction' }),
      digest,
    },
  );
}

/** The links of all that was sent, by id; conversations as letters in the order they began. */
export function link(...sent: readonly Fingerprint[]): Record<string, string> {
  const graph = buildGraph(sent.toReversed(), RULES);
  const letters = new Map<string, string>();
  return Object.fromEntries(
    sent.map(({ requestId }) => {
      const found = graph.get(requestId);
      const letter = letters.get(found?.conversationId ?? '') ?? 'ABCDEFGH'.charAt(letters.size);
      letters.set(found?.conversationId ?? '', letter);
      return [requestId, describeLink(letter, found)];
    }),
  );
}

function describeLink(letter: string, found: Link | undefined): string {
  const branch = found?.branch?.replace(/_[0-9a-f]{10}$/, '_…') ?? '-';
  return [letter, branch, found?.relation, found?.parentRequestId ?? '-'].join(' ');
}

/** The content of an answer that launches agents. */
export const launch = (name: string, ...prompts: string[]): unknown =>
  prompts.map((prompt, at) => ({ type: 'tool_use', id: `toolu_${at}_${prompt}`, name, input: { prompt } }));
