import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { findNews } from './find-news.ts';
import { findLastPrompt, toTranscript } from './to-transcript.ts';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const call = (id: string, name = 'Bash') => ({ type: 'tool_use', id, name, input: { command: 'ls' } });
const result = (id: string, content: unknown, more = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
});

const note = (name: string) => `<task-notification><summary>Agent "${name}" finished</summary></task-notification>`;

describe('a request as a conversation', () => {
  test('a tool call stands with its result, and the message that only brought results disappears', () => {
    const transcript = toTranscript(
      {
        messages: [
          user('hello'),
          assistant([call('a'), call('b')]),
          user([result('b', 'two'), result('a', 'no', { is_error: true })]),
        ],
      },
      { content: [{ type: 'text', text: 'done' }] },
    );
    expect(transcript.turns.map((turn) => turn.index)).toEqual([0, 1]);
    expect(transcript.turns[1]?.blocks).toEqual([
      {
        type: 'tool-call',
        id: 'a',
        name: 'Bash',
        runs: 'client',
        input: { command: 'ls' },
        result: { isError: true, blocks: [{ type: 'text', text: 'no', citations: [] }] },
      },
      {
        type: 'tool-call',
        id: 'b',
        name: 'Bash',
        runs: 'client',
        input: { command: 'ls' },
        result: { isError: false, blocks: [{ type: 'text', text: 'two', citations: [] }] },
      },
    ]);
    expect(transcript.answer?.blocks).toEqual([{ type: 'text', text: 'done', citations: [] }]);
  });

  test('what a client slips in between the messages as the system is a reminder', () => {
    const { turns } = toTranscript(
      { messages: [user('hi'), { role: 'system', content: '# Environment\nLinux\n' }] },
      null,
    );
    expect(turns[1]).toEqual({
      role: 'system',
      index: 1,
      blocks: [{ type: 'reminder', text: '# Environment\nLinux' }],
    });
  });

  test('news of background tasks are told in short', () => {
    expect(findNews(`NOT USER INPUT ${note('a')}${note('b')}`)).toBe('Agent "a" finished; Agent "b" finished');
    expect(findNews('<task-notification></task-notification>')).toBe('News of a background task');
    expect(findNews('Today is Friday.')).toBeNull();
  });

  test('a result whose call is not in the body is shown by itself', () => {
    const { turns } = toTranscript({ messages: [user([result('lost', 'x')])] }, null);
    expect(turns[0]?.blocks[0]).toMatchObject({ type: 'tool-result', toolUseId: 'lost' });
  });

  test('tools that run at the side of Claude pair with their results in the same answer', () => {
    const { answer } = toTranscript(null, {
      content: [
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
        { type: 'web_search_tool_result', tool_use_id: 's', content: { type: 'web_search_tool_result_error' } },
      ],
    });
    expect(answer?.blocks).toHaveLength(1);
    expect(answer?.blocks[0]).toMatchObject({ type: 'tool-call', runs: 'claude', result: { isError: true } });
  });

  test('what the client slipped into a prompt is told apart from what was said', () => {
    const text = 'before <system-reminder>\nbe kind\n</system-reminder> after';
    expect(toTranscript({ messages: [user(text)] }, null).turns[0]?.blocks).toEqual([
      { type: 'text', text: 'before ', citations: [] },
      { type: 'reminder', text: 'be kind' },
      { type: 'text', text: ' after', citations: [] },
    ]);
  });

  test('thinking says whether it was shown, left out or redacted', () => {
    const { answer } = toTranscript(null, {
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'thinking', thinking: '', signature: 's' },
        { type: 'redacted_thinking', data: 'x' },
      ],
    });
    expect(answer?.blocks.map((block) => block.type === 'thinking' && block.state)).toEqual([
      'shown',
      'omitted',
      'redacted',
    ]);
  });

  test('a block that nobody knows yet is kept as it came', () => {
    const novelty = { type: 'hologram', depth: 3 };
    expect(toTranscript(null, { content: [novelty] }).answer?.blocks).toEqual([
      { type: 'unknown', name: 'hologram', json: novelty },
    ]);
  });

  test('a citation links only to the web', () => {
    const citations = [
      { url: 'https://example.com/', title: 'Example', cited_text: 'c' },
      { url: 'javascript:alert(1)', title: 'Trap', cited_text: '' },
    ];
    const block = toTranscript(null, { content: [{ type: 'text', text: 't', citations }] }).answer?.blocks[0];
    expect(block?.type === 'text' && block.citations.map((citation) => citation.url)).toEqual([
      'https://example.com/',
      null,
    ]);
  });

  test('an error of Claude is told', () => {
    const answer = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(toTranscript({}, answer)).toMatchObject({
      answer: null,
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
  });

  test('the last prompt is where a person last spoke, not the last tool result', () => {
    const { turns } = toTranscript(
      { messages: [user('one'), assistant('ok'), user('two'), assistant([call('a')]), user([result('a', 'r')])] },
      null,
    );
    expect(findLastPrompt(turns)).toBe(2);
  });

  test('any JSON at all gives a transcript', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, answer) => {
        expect(Array.isArray(toTranscript(body, answer).turns)).toBe(true);
      }),
    );
  });
});
