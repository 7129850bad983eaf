import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { toolUseBlock } from '@nexus/testkit';
import { createWorld, type World } from '../src/world.ts';
import { readConversation, type SeenConversation } from './conversation-graph.ts';
import { findFolder } from './find-folder.ts';
import { runHarbourSession } from './harbour-session.ts';
import { runClaudeCode } from './run-claude-code.ts';
import { type Signals, startSignalStripper } from './strip-signals.ts';

const boundMs = 90_000;
let world: World;
let sessions = 0;

beforeAll(async () => {
  world = await createWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

afterEach(() => {
  world.fake.reset();
});

/** Tools over several turns, two agents at once, an agent of an agent, a second process, a compaction, another session. */
const TURNS = [
  'branch/1 "Back in the first session." forks compact/1',
  'compact/1 "And what of the lamps?" compacts main/7',
  'compact/2 "And now as another session." continues compact/1',
  'main/1 "Look after the harbour." root',
  'main/2 "Look after the harbour." continues main/1',
  'main/3 "Look after the harbour." continues main/2',
  'main/4 "Agent "boats" finished" continues main/3',
  'main/5 "Agent "tides" finished" continues main/4',
  'main/6 "Tell me more." continues main/5',
  'main/7 "CRITICAL: Respond with TEXT ONL" continues main/6',
  'subtask_1/1 "Count the tides of the harbour." sub-agent main/2 by toolu_tides',
  'subtask_1/2 "Count the tides of the harbour." continues subtask_1/1',
  'subtask_1/3 "Agent "moon" finished" continues subtask_1/2',
  'subtask_2/1 "Count the boats of the harbour." sub-agent main/2 by toolu_boats',
  'subtask_2/2 "Count the boats of the harbour." continues subtask_2/1',
  'subtask_3/1 "Ask the moon about spring." sub-agent subtask_1/1 by toolu_moon',
];

const toReasons = (agents: string): string[] => [
  'compact/1: summary, goes on from the summary that its parent wrote',
  ...['subtask_1/1', 'subtask_2/1', 'subtask_3/1'].map((name) => `${name}: ${agents}`),
];
const BY_HEADER = toReasons('header, names its agent, launched by a call with its prompt');
const BY_PROMPT = toReasons('sub-agent call, begins with the prompt of a call that launches an agent');

describe('a session of Claude Code is one conversation', () => {
  // What carries neither a session nor words of the conversation cannot be told to belong to it.
  test.each<[Signals, SeenConversation]>([
    ['all', { title: 'Harbour watch', turns: TURNS, reasons: BY_HEADER, attached: ['auxiliary', 'count-tokens'] }],
    ['no headers', { title: 'Harbour watch', turns: TURNS, reasons: BY_PROMPT, attached: ['auxiliary'] }],
    ['none', { title: 'Look after the harbour.', turns: TURNS, reasons: BY_PROMPT, attached: [] }],
  ])(
    'whatever it says of itself: %s',
    async (signals, expected) => {
      const { fake, baseUrl, gateway } = world;
      const stripper = startSignalStripper(baseUrl, signals);
      await runHarbourSession({ fake, baseUrl: stripper.url });
      await stripper.stop();
      expect(fake.scriptLength()).toBe(0);
      const rows = await world.recorded();
      if (gateway === null) return;
      const turns = rows.filter(({ kind }) => kind === 'inference' || kind === 'compaction');
      expect(turns.map(({ outcome }) => outcome)).toEqual(TURNS.map(() => 'completed'));
      const [conversationId, ...others] = new Set(turns.map((row) => row.conversationId));
      expect(others).toEqual([]);
      expect(await readConversation(gateway, conversationId ?? '')).toEqual(expected);
      // Agents and compactions are told the directory as well.
      expect(new Set(turns.map((row) => row.project?.split('/').at(-1)))).toEqual(new Set(['project']));
      sessions += 1;
      expect(Object(await gateway.ask('/api/conversations')).conversations).toHaveLength(sessions);
    },
    boundMs,
  );

  test.each<Signals>(['all', 'no headers'])(
    'also when it grew too long, and is summed up from its end alone: %s',
    async (signals) => {
      const { fake, baseUrl, gateway } = world;
      const stripper = startSignalStripper(baseUrl, signals);
      fake.script([
        {
          when: { answers: 0 },
          answer: (body) => ({ content: [toolUseBlock('Read', { file_path: `${findFolder(body)}/log.txt` })] }),
        },
        {
          error: {
            status: 400,
            type: 'invalid_request_error',
            message: 'prompt is too long: 215000 tokens > 200000 maximum',
          },
        },
        { content: `<summary>\n${'The log of the harbour was read, line by line. '.repeat(5)}\n</summary>` },
        { content: 'All is well.' },
      ]);
      const run = await runClaudeCode({ baseUrl: stripper.url, prompt: 'Read the log.', files: { 'log.txt': 'Fog.' } });
      await stripper.stop();
      expect(run.result).toBe('All is well.');
      const rows = await world.recorded();
      if (gateway === null) return;
      const [conversationId, ...others] = new Set(rows.map((row) => row.conversationId));
      expect(others).toEqual([]);
      expect((await readConversation(gateway, conversationId ?? '')).turns).toEqual([
        'compact/1 "This session is being continued" compacts main/3',
        'main/1 "Read the log." root',
        'main/2 "Read the log." continues main/1',
        'main/3 "CRITICAL: Respond with TEXT ONL" continues main/2',
      ]);
      sessions += 1;
    },
    boundMs,
  );
});

test(
  'headers that Claude Code is told to send say who asked and what for, and do not reach Claude',
  async () => {
    const { fake, baseUrl, gateway } = world;
    const env = { ANTHROPIC_CUSTOM_HEADERS: 'x-nexus-user: jane\nx-nexus-project: shop' };
    fake.script([{ content: 'Good morning.' }]);
    const run = await runClaudeCode({ baseUrl, prompt: 'Good morning?', env });
    expect(run.result).toBe('Good morning.');
    expect(
      fake.requests.flatMap((request) => ['x-nexus-user', 'x-nexus-project'].map((name) => request.header(name))),
    ).toEqual(fake.requests.flatMap(() => [null, null]));
    const rows = await world.recorded();
    if (gateway === null) return;
    expect(rows.length).toBeGreaterThan(0);
    for (const { userId, project } of rows) expect({ userId, project }).toEqual({ userId: 'jane', project: 'shop' });
    const { conversations } = Object(await gateway.ask('/api/conversations?user=jane&project=shop'));
    expect(conversations).toMatchObject([{ userIds: ['jane'], projects: ['shop'] }]);
  },
  boundMs,
);
