import { expect, test } from 'bun:test';
import { toMessageParts } from './to-message-parts.ts';

test('every kind of block is a part that one can read, and what nobody knows is shown as it is', () => {
  expect(
    toMessageParts([
      { type: 'text', text: 'Hello' },
      { type: 'thinking', thinking: 'Hm.', signature: 's' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'compaction', content: 'All in short' },
      { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } },
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a' }], is_error: true },
      { type: 'tool_result', tool_use_id: 't', content: 'b' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'document', source: { type: 'file', file_id: 'file_1' } },
      { type: 'of_tomorrow', value: 1 },
      'no block',
    ]).map(({ kind, label, text }) => [kind, label, text]),
  ).toEqual([
    ['text', '', 'Hello'],
    ['thinking', 'Thinking', 'Hm.'],
    ['thinking', 'Thinking', '(kept from us)'],
    ['text', 'Summary', 'All in short'],
    ['tool-call', 'Tool call: Bash', '{\n  "command": "ls"\n}'],
    ['tool-call', 'Tool call: web_search', '{}'],
    ['tool-result', 'Tool result (error)', 'a'],
    ['tool-result', 'Tool result', 'b'],
    ['other', 'image', 'image/png'],
    ['other', 'document', 'file_1'],
    ['other', 'of_tomorrow', '{\n  "type": "of_tomorrow",\n  "value": 1\n}'],
    ['other', 'block', '{}'],
  ]);
  expect(toMessageParts('as a text')).toEqual([{ kind: 'text', label: '', text: 'as a text' }]);
  expect(toMessageParts(null)).toEqual([]);
});
