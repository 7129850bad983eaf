import { describe, expect, test } from 'bun:test';
import type { PathMessage } from '@nexus/contract';
import { sampleBranch, sampleNode } from '../../../api/sample-conversations.ts';
import { toPathRows } from '../transcript/to-path-rows.ts';
import { toOutline } from './to-outline.ts';

let position = 0;
const say = (role: string, content: unknown, more: Partial<PathMessage> = {}): PathMessage => ({
  position: position++,
  requestId: 'first',
  branch: 'main',
  segment: 0,
  role,
  content,
  ...more,
});

const MESSAGES = [
  say('user', '<system-reminder>Be kind.</system-reminder>Mend\nthe build'),
  say('assistant', [{ type: 'tool_use', id: 't1', name: 'Task', input: { prompt: 'Look' } }]),
  say('user', [{ type: 'tool_result', tool_use_id: 't1', content: 'Found it' }], { requestId: 'second' }),
  say('assistant', 'Mended.', { requestId: 'second' }),
  say('user', 'This is a summary.', { requestId: 'third', segment: 1 }),
  say('assistant', 'On we go.', { requestId: 'third', segment: 1 }),
];

describe('a path', () => {
  test('pairs a call with the result that came in a later message, which has no row of its own', () => {
    const rows = toPathRows(MESSAGES);
    expect(rows.map((row) => row.key)).toEqual(['0', '1', '3', 'segment-1', '4', '5']);
    const [, call] = rows;
    expect(call?.type === 'message' ? call.turn.blocks[0] : null).toMatchObject({
      type: 'tool-call',
      result: { isError: false },
    });
  });
});

describe('an outline', () => {
  const nodes = new Map([
    ['first', sampleNode({ durationMs: 1_000 })],
    ['second', sampleNode({ durationMs: 500, outcome: 'cut' })],
  ]);
  const agent = sampleBranch({ branch: 'subtask_1', relation: 'sub-agent', parentRequestId: 'first' });

  test('holds what a person asked, the agents launched for it, and summaries', () => {
    const outline = toOutline(toPathRows(MESSAGES), { nodes, branches: [sampleBranch(), agent] });
    expect(outline.map((item) => [item.type, item.row])).toEqual([
      ['prompt', 0],
      ['agent', 0],
      ['summary', 3],
      ['prompt', 4],
    ]);
  });

  test('says how long Claude worked on a prompt, each request once, and that something went wrong', () => {
    const [prompt] = toOutline(toPathRows(MESSAGES), { nodes, branches: [] });
    expect(prompt).toMatchObject({ words: 'Mend the build', durationMs: 1_500, failed: true, cache: [] });
  });

  test('tells what an agent was told to do, and its news when they come', () => {
    const news =
      '<system-reminder>NOT USER INPUT <task-notification><summary>Agent "a" finished</summary></task-notification></system-reminder>';
    const rows = toPathRows([
      say('user', 'Look'),
      say('assistant', 'Sent.'),
      say('user', news, { requestId: 'second' }),
    ]);
    const launched = new Map([...nodes, [agent.firstRequestId, sampleNode({ preview: 'Count the boats' })]]);
    const outline = toOutline(rows, { nodes: launched, branches: [agent] });
    expect(outline.map((item) => ('words' in item ? [item.type, item.words] : []))).toEqual([
      ['prompt', 'Look'],
      ['agent', 'Count the boats'],
      ['news', 'Agent "a" finished'],
    ]);
  });

  test('says that Claude was asked to sum up, and leaves out what the client wrote around a prompt', () => {
    const rows = toPathRows([
      say('user', 'CRITICAL: Respond with TEXT ONLY.', { requestId: 'summing' }),
      say(
        'user',
        'This session is being continued from a previous conversation.<system-reminder>Read</system-reminder>\nSummary: …',
        {
          segment: 1,
        },
      ),
      say(
        'user',
        [
          { type: 'text', text: '<local-command-caveat>Not for you.</local-command-caveat>' },
          { type: 'text', text: '<command-name>/compact</command-name>' },
          { type: 'text', text: '<local-command-stdout>Compacted</local-command-stdout>' },
          { type: 'text', text: 'And now?' },
        ],
        { segment: 1 },
      ),
      say('user', '<command-name>/review</command-name>\n<command-args></command-args>', { segment: 1 }),
    ]);
    const outline = toOutline(rows, {
      nodes: new Map([['summing', sampleNode({ kind: 'compaction' })]]),
      branches: [],
    });
    expect(outline.map((item) => ('words' in item ? item.words : item.type))).toEqual([
      'compaction',
      'summary',
      'And now?',
      '/review',
    ]);
  });
});
