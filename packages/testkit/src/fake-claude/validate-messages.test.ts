import { expect, test } from 'bun:test';
import { thinkingBlock } from './message/message.ts';
import { findProblem } from './validate-messages.ts';

const options = { version: '2023-06-01', needsMaxTokens: true };
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' };

function problemOf(messages: unknown, rest: Readonly<Record<string, unknown>> = {}): string | null {
  return findProblem({ model: 'claude-x', max_tokens: 1, messages, ...rest }, options);
}

test('what Claude takes is taken', () => {
  expect(problemOf([user('hi')])).toBeNull();
  expect(problemOf([user([{ type: 'text', text: 'hi' }]), { role: 'system', content: 'note' }])).toBeNull();
  expect(problemOf([user('hi'), assistant([call]), { role: 'system', content: 'x' }, user([result])])).toBeNull();
  expect(problemOf([user('hi'), assistant([call])])).toBeNull();
});

test.each([
  [{ max_tokens: 1, messages: [] }, 'model: Field required'],
  [{ model: 'x', messages: [] }, 'max_tokens: Field required'],
  [{ model: 'x', max_tokens: 0, messages: [] }, 'max_tokens: Input should be greater than or equal to 1'],
  [{ model: 'x', max_tokens: 1, messages: [] }, 'messages: at least one message is required'],
  [{ model: 'x', max_tokens: 1, messages: [], stream: 'yes' }, 'stream: Input should be a valid boolean'],
  [{ model: 'x', max_tokens: 1, messages: [user('a'), { role: 'robot', content: 'b' }] }, 'messages.1.role'],
  [{ model: 'x', max_tokens: 1, messages: [assistant('a')] }, 'first message must use the "user" role'],
])('%j is refused', (body, problem) => {
  expect(findProblem(body, options)).toContain(problem);
});

test('a tool result answers a call of the turn before it, and every call gets one', () => {
  expect(problemOf([user([result])])).toContain('unexpected `tool_use_id`');
  expect(problemOf([user('hi'), assistant([call]), user('no')])).toContain('`tool_use` ids were found without');
});

test('thinking must come back exactly as it was given', () => {
  const thinking = thinkingBlock('One two.');
  expect(problemOf([user('a'), assistant([thinking]), user('b')])).toBeNull();
  expect(problemOf([user('a'), assistant([{ ...thinking, thinking: 'One  two.' }]), user('b')])).toContain(
    'Invalid `signature`',
  );
});

test('the newest API version refuses sampling parameters', () => {
  const body = { model: 'x', max_tokens: 1, temperature: 1, messages: [user('a')] };
  expect(findProblem(body, options)).toBeNull();
  expect(findProblem(body, { ...options, version: '2026-10-21' })).toContain('temperature');
});
