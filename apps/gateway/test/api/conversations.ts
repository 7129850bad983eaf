import type { RecordedRequest, RequestFacts } from '@nexus/core';
import { buildRecord, RECENT_MS } from './records.ts';

/** One exchange of a made-up conversation. */
export interface Turn {
  /** When it began, seconds after the conversation did. */
  readonly at: number;
  /** Texts of the messages, user first; or whole messages. */
  readonly said: readonly unknown[];
  /** The answer's text or its blocks; null where none came. */
  readonly answer: unknown;
  readonly system?: unknown;
  readonly tools?: readonly unknown[];
  readonly facts?: Partial<RequestFacts>;
}

/** An exchange as the recorder would hand it over. */
export function buildTurn({ at, said, answer, system, tools, facts }: Turn): RecordedRequest {
  const startedAtMs = RECENT_MS + at * 1000;
  const body = {
    model: 'claude-opus-4-5',
    max_tokens: 100,
    ...(system === undefined ? {} : { system }),
    ...(tools === undefined ? {} : { tools }),
    messages: said.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
  };
  const sessionId = facts?.sessionId === undefined ? 'session-of-boats' : facts.sessionId;
  const agentId = facts?.agentId ?? null;
  const content = typeof answer === 'string' ? [{ type: 'text', text: answer }] : answer;
  return buildRecord(
    {
      startedAtMs,
      sessionId,
      preview: toPreview(said.at(-1)),
      messageCount: said.length,
      toolNames: [],
      ...facts,
    },
    {
      requestHeaders: [
        ['content-type', 'application/json'],
        ...(sessionId === null ? [] : [['x-claude-code-session-id', sessionId] as const]),
        ...(agentId === null ? [] : [['x-claude-code-agent-id', agentId] as const]),
      ],
      requestBody: Buffer.from(JSON.stringify(body)),
      responseBody:
        answer === null
          ? null
          : Buffer.from(JSON.stringify({ type: 'message', role: 'assistant', content, stop_reason: 'end_turn' })),
      responseTimings: [],
    },
  );
}

function toPreview(content: unknown): string {
  return typeof content === 'string' ? content.slice(0, 200) : '';
}

const LAUNCH = { type: 'tool_use', id: 'toolu_1', name: 'Task', input: { prompt: 'Look after the masts' } };
const OPENED = [
  'Count the boats',
  [{ type: 'text', text: 'I will.' }, LAUNCH],
  [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Nine masts.' }],
];
const COUNTED = [...OPENED, 'Five boats.', 'And the oars?'];
const SAILOR = 'You are a sailor.';
const SUMMARY = 'The boats were counted one by one, and so were the masts and the oars of each of them. '.repeat(3);
const COMPACT = 'CRITICAL: Respond with TEXT ONLY. Do NOT call any tools. Your task is to create a detailed summary.';
const GOES_ON = `This session is being continued from a previous conversation that ran out of context. The summary below covers the earlier portion of the conversation.

Summary:
${SUMMARY.trim()}

If you need specific details from before compaction, read the full transcript at: /tmp/t`;

/**
 * A conversation with everything in it: two turns and a third that failed once, a fork of the second, a sub-agent that
 * the first launched, a compaction with what goes on from it, and a title.
 */
export function buildBoats() {
  return { ...buildBeginning(), ...buildThird(), ...buildCompaction() };
}

function buildBeginning() {
  const first = buildTurn({
    at: 0,
    said: ['Count the boats'],
    answer: [{ type: 'text', text: 'I will.' }, LAUNCH],
    system: SAILOR,
    facts: { stopReason: 'tool_use', toolNames: ['Task'] },
  });
  const agent = buildTurn({
    at: 1,
    said: ['Look after the masts'],
    answer: 'Nine masts.',
    facts: { agentId: 'agent-1', model: 'claude-haiku-4-5', modelServed: 'claude-haiku-4-5' },
  });
  return { first, agent, second: buildTurn({ at: 2, said: OPENED, answer: 'Five boats.', system: SAILOR }) };
}

function buildThird() {
  const failed = buildTurn({
    at: 3,
    said: COUNTED,
    answer: null,
    facts: { status: 529, outcome: 'upstream-error', usage: null, stopReason: null },
  });
  const third = buildTurn({
    at: 4,
    said: COUNTED,
    answer: 'None.',
    tools: [{ name: 'Bash', input_schema: { type: 'object' } }],
    system: 'You are a captain.',
  });
  const sails = 'And <script>the sails</script>?';
  return { failed, third, fork: buildTurn({ at: 5, said: [...OPENED, 'Five boats.', sails], answer: 'Ten.' }) };
}

function buildCompaction() {
  const compaction = buildTurn({
    at: 6,
    said: [...COUNTED, 'None.', COMPACT],
    answer: `<analysis>\nWhat was done.\n</analysis>\n\n<summary>\n${SUMMARY}\n</summary>`,
    facts: { kind: 'compaction' },
  });
  const goesOn = buildTurn({ at: 7, said: [GOES_ON], answer: 'I go on.' });
  const title = buildTurn({
    at: 8,
    said: ['Return a short title'],
    answer: 'Boats and what stands on them',
    facts: { kind: 'auxiliary', accountId: 'file:other' },
  });
  return { compaction, goesOn, title };
}
