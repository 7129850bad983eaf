import { expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { createBatchReader } from './create-batch-reader.ts';

function toLine(customId: string, result: unknown): string {
  return JSON.stringify({ custom_id: customId, result });
}

function succeeded(id: string, usage: unknown, more: Readonly<Record<string, unknown>> = {}): string {
  const message = { id, type: 'message', role: 'assistant', model: 'claude-opus-5-5', content: [], usage, ...more };
  return toLine(id, { type: 'succeeded', message });
}

function read(text: string) {
  return readBytes(Buffer.from(text));
}

/** In pieces that are cut at every `step` bytes. */
function readBytes(bytes: Uint8Array, step = bytes.length) {
  const reader = createBatchReader();
  for (let at = 0; at < bytes.length; at += step) reader.add(bytes.subarray(at, at + step));
  return reader.end();
}

test('each message that succeeded is told with its model, tools and usage; the others are counted as not billed', () => {
  const content = [
    { type: 'text', text: 'Two\nlines, one line of JSON.' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
    { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
  ];
  const results = read(
    [
      succeeded('msg_1', { input_tokens: 10, output_tokens: 4, service_tier: 'batch' }, { content }),
      toLine('b', { type: 'errored', error: { type: 'error', error: { type: 'overloaded_error' } } }),
      toLine('c', { type: 'expired' }),
      toLine('d', { type: 'canceled' }),
      '',
      succeeded('msg_2', { input_tokens: 1, cache_read_input_tokens: 9 }, { model: 'claude-haiku-4-5' }),
    ].join('\n'),
  );
  expect(results.tally).toEqual({ succeeded: 2, unbilled: 3, unread: 0, isWhole: true });
  expect(results.messages).toMatchObject([
    {
      messageId: 'msg_1',
      model: 'claude-opus-5-5',
      toolNames: ['look', 'look'],
      usage: { inputTokens: 10, outputTokens: 4 },
    },
    { messageId: 'msg_2', model: 'claude-haiku-4-5', toolNames: [], usage: { inputTokens: 1, cacheReadTokens: 9 } },
  ]);
  expect(results.messages.map(({ usage }) => usage.serviceTier)).toEqual(['batch', 'batch']);
});

test('what cannot be read or told apart is said, and never taken for nothing', () => {
  const lines = [
    'no JSON',
    '[]',
    toLine('a', { type: 'a-new-type' }),
    succeeded('', { input_tokens: 1 }),
    succeeded('msg_1', null),
    succeeded('msg_2', { input_tokens: 1 }),
  ];
  expect(read(`${lines.join('\n')}\n`).tally).toEqual({ succeeded: 1, unbilled: 0, unread: 5, isWhole: true });
});

test('a line that is too long is passed over, and those after it are read', () => {
  const long = succeeded(
    'msg_long',
    { input_tokens: 1 },
    { content: [{ type: 'text', text: 'x'.repeat(17_000_000) }] },
  );
  const { tally } = read(`${long}\n${succeeded('msg_2', { input_tokens: 1 })}\n`);
  expect(tally).toEqual({ succeeded: 1, unbilled: 0, unread: 1, isWhole: true });
});

test('more lines than a batch may have are not read', () => {
  const { tally } = read(`${toLine('a', { type: 'expired' })}\n`.repeat(100_001));
  expect(tally).toEqual({ succeeded: 0, unbilled: 100_000, unread: 0, isWhole: false });
});

test('however small the pieces are, what is read is the same', () => {
  const lines = [succeeded('msg_1', { input_tokens: 1 }), toLine('b', { type: 'expired' }), '', 'no JSON', '🙂'];
  const bytes = Buffer.from(`${lines.join('\n')}\n${succeeded('msg_é🙂', { input_tokens: 2 })}`);
  const whole = readBytes(bytes);
  expect(whole.tally).toEqual({ succeeded: 2, unbilled: 1, unread: 2, isWhole: true });
  assert(
    property(integer({ min: 1, max: bytes.length }), (step) => {
      expect(readBytes(bytes, step)).toEqual(whole);
    }),
  );
});

test('a line that is too long is passed over in pieces, too', () => {
  const long = Buffer.alloc(17_000_000, 'x');
  const reader = createBatchReader();
  for (let at = 0; at < long.length; at += 65_536) reader.add(long.subarray(at, at + 65_536));
  reader.add(Buffer.from(`\n${succeeded('msg_2', { input_tokens: 1 })}\n`));
  expect(reader.end().tally).toEqual({ succeeded: 1, unbilled: 0, unread: 1, isWhole: true });
});

test('wherever results are cut, the whole lines are counted, and a part of one tells that the end is missing', () => {
  const lines = Array.from({ length: 5 }, (_, index) => `${succeeded(`msg_${index}`, { input_tokens: index })}\n`);
  const whole = Buffer.from(lines.join(''));
  const bytesOfLine = whole.length / lines.length;
  assert(
    property(integer({ min: 0, max: whole.length }), (cutAt) => {
      const { tally } = readBytes(whole.subarray(0, cutAt));
      // The newline after a line is no part of it.
      const wholeLines = Math.floor((cutAt + 1) / bytesOfLine);
      const isBetween = cutAt % bytesOfLine === 0 || (cutAt + 1) % bytesOfLine === 0;
      expect(tally).toEqual({ succeeded: wholeLines, unbilled: 0, unread: 0, isWhole: isBetween });
    }),
  );
});
