import { expect, test } from 'bun:test';
import { anything, assert, property } from 'fast-check';
import { readMessageText, readSystemText } from './read-message-text.ts';

test('a message says its texts, its thinking, its calls with what they were given, and its results', () => {
  const answer = readMessageText({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Where is it?', signature: 'c2lnbmF0dXJl' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: 'src/main.ts', lines: [1, 'two'] } },
    ],
  });
  expect(answer).toEqual({
    role: 'assistant',
    text: 'Where is it?\nI look.\nRead\nsrc/main.ts\ntwo',
    identity: 'I look.\nRead\nsrc/main.ts\ntwo',
    calls: new Map([['toolu_1', 'Read']]),
    resultIds: [],
  });
  const result = readMessageText({
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'export {};' }] },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a plain page' }, title: 'Page' },
    ],
  });
  expect(result).toMatchObject({ text: 'export {};\na plain page\nPage', resultIds: ['toolu_1'] });
});

test('a text and a list with that text are the same message, with or without notes of the client', () => {
  const plain = readMessageText({ role: 'user', content: 'Mend the build' });
  const listed = readMessageText({
    role: 'user',
    content: [
      { type: 'text', text: '<system-reminder>Be kind.</system-reminder>' },
      { type: 'text', text: 'Mend the build\n', cache_control: { type: 'ephemeral' } },
    ],
  });
  expect(listed).toEqual(plain);
});

test('an answer and a copy of it without its thinking are the same; one that only thinks is what it thinks', () => {
  const text = { type: 'text', text: 'Done.' };
  const thinking = { type: 'thinking', thinking: 'Easy.' };
  const whole = readMessageText({ role: 'assistant', content: [thinking, text] });
  expect(readMessageText({ role: 'assistant', content: [text] })?.identity).toBe(whole?.identity ?? '');
  expect(readMessageText({ role: 'assistant', content: [thinking] })?.identity).toBe('Easy.');
});

test('a system prompt is a text or its blocks', () => {
  expect(readSystemText('Be brief.')).toMatchObject({ role: 'system', text: 'Be brief.' });
  expect(readSystemText({ type: 'text', text: 'Be brief.' }).text).toBe('Be brief.');
});

test('nothing that can be written as JSON breaks the reader', () => {
  assert(
    property(anything(), (content) => {
      readMessageText({ role: 'user', content });
      readSystemText(content);
    }),
  );
  const deep: unknown = JSON.parse(`${'['.repeat(5_000)}"word"${']'.repeat(5_000)}`);
  expect(readMessageText({ role: 'user', content: deep })?.text).toBe('');
  expect(readMessageText({ role: 'judge', content: 'guilty' })).toBeNull();
  expect(readMessageText('words')).toBeNull();
});
