import { describe, expect, test } from 'bun:test';
import { buildGraph } from '../src/index.ts';
import { launch, link, send } from './send.ts';
import { RULES } from './write-down.ts';

describe('agents', () => {
  test('several of one answer, without headers: 1, 2, 3 in the order of the calls, nested ones too', () => {
    const a = send('a', { said: ['Hi'], answer: launch('Task', 'one', 'two', 'three') });
    const three = send('three', { said: ['three'] });
    const one = send('one', { said: ['one'], answer: launch('Task', 'within') });
    const two = send('two', { said: ['two'] });
    const within = send('within', { said: ['within'] });
    expect(link(a, three, one, two, within)).toEqual({
      a: 'A main root -',
      three: 'A subtask_3 sub-agent a',
      one: 'A subtask_1 sub-agent a',
      two: 'A subtask_2 sub-agent a',
      within: 'A subtask_4 sub-agent one',
    });
  });

  test('equal prompts of one answer are taken once each', () => {
    const a = send('a', { said: ['Hi'], answer: launch('Task', 'look', 'look') });
    const one = send('one', { said: ['look'] });
    const two = send('two', { said: ['look'] });
    const three = send('three', { said: ['look'] });
    expect(link(a, one, two, three)).toMatchObject({
      one: 'A subtask_1 sub-agent a',
      two: 'A subtask_2 sub-agent a',
      three: 'B main root -',
    });
  });

  test('equal prompts of two parents: the newest open call is taken', () => {
    const a = send('a', { said: ['Hi'], answer: launch('Task', 'look') });
    const b = send('b', { said: ['Ho'], answer: launch('Task', 'look') });
    const one = send('one', { said: ['look'] });
    const two = send('two', { said: ['look'] });
    expect(link(a, b, one, two)).toMatchObject({ one: 'B subtask_1 sub-agent b', two: 'A subtask_1 sub-agent a' });
  });

  test.each<[string, { name: string; afterMs: number; sessionId: string | null }, boolean]>([
    ['up to 30 s after the answer', { name: 'Task', afterMs: 30_000, sessionId: null }, true],
    ['not later', { name: 'Task', afterMs: 30_001, sessionId: null }, false],
    [
      'up to ten minutes after it where the agent is asynchronous',
      { name: 'Agent', afterMs: 600_000, sessionId: null },
      true,
    ],
    ['not later still', { name: 'Agent', afterMs: 600_001, sessionId: null }, false],
    ['for hours in the same session', { name: 'Task', afterMs: 20 * 3_600_000, sessionId: 's' }, true],
    ['not for days', { name: 'Task', afterMs: 48 * 3_600_000, sessionId: 's' }, false],
  ])('a call is open %s', (_what, { name, afterMs, sessionId }, isTaken) => {
    const a = send('a', { said: ['Hi'], answer: launch(name, 'look'), sessionId });
    const one = send('one', { said: ['look'], startedAtMs: a.endedAtMs + afterMs, sessionId });
    expect(buildGraph([a, one], RULES).get('one')?.relation).toBe(isTaken ? 'sub-agent' : 'root');
  });

  test('the call of another session is not taken', () => {
    const a = send('a', { said: ['Hi'], answer: launch('Task', 'look'), sessionId: 's1' });
    expect(link(a, send('one', { said: ['look'], sessionId: 's2' }))).toMatchObject({ one: 'B main root -' });
  });

  test('that name themselves are found whatever their prompt; with the same prompt they stay apart', () => {
    const session = { sessionId: 's' };
    const a = send('a', { said: ['Hi'], answer: launch('Agent', 'look', 'look'), ...session });
    const one = send('one', { said: ['look'], answer: 'same', agentId: 'x', ...session });
    const two = send('two', { said: ['look'], answer: 'same', agentId: 'y', ...session });
    const two2 = send('two2', { said: ['look', 'same', 'next'], agentId: 'y', ...session });
    const odd = send('odd', { said: ['dressed up'], agentId: 'z', parentAgentId: 'y', ...session });
    const again = send('again', { said: ['look'], agentId: 'x', ...session });
    expect(link(a, one, two, two2, odd, again)).toEqual({
      a: 'A main root -',
      one: 'A subtask_1 sub-agent a',
      two: 'A subtask_2 sub-agent a',
      two2: 'A subtask_2 continues two',
      odd: 'A subtask_3 sub-agent two2',
      again: 'A subtask_1 retries a',
    });
  });

  test('an agent that begins as a copy of its parent is an agent', () => {
    const session = { sessionId: 's' };
    const a = send('a', { said: ['Hi'], ...session });
    const fork = send('fork', { said: ['Hi', 'answer to a', 'Do this aside'], agentId: 'x', ...session });
    const b = send('b', { said: ['Hi', 'answer to a', 'Go on'], ...session });
    expect(link(a, fork, b)).toMatchObject({ fork: 'A subtask_1 sub-agent a', b: 'A main continues a' });
  });

  test('after agents, main goes on as main', () => {
    const calls = launch('Task', 'one');
    const a = send('a', { said: ['Hi'], answer: calls });
    const one = send('one', { said: ['one'] });
    const b = send('b', {
      said: ['Hi', calls, [{ type: 'tool_result', tool_use_id: 'toolu_0_one', content: 'done' }]],
    });
    expect(link(a, one, b)).toMatchObject({ one: 'A subtask_1 sub-agent a', b: 'A main continues a' });
  });
});
