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
    expect(prompt).toMatchObject({ words: 'Mend the build', durationMs: 1_500, failed: true });
  });
});
