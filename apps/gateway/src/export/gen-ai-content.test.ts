import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { type ContentParts, toContentAttributes } from './gen-ai-content.ts';

const SECRET = 'sk-ant-api03-plantedplantedplanted0123456789';

function tell(request: unknown, answer: unknown, changes: Partial<ContentParts> = {}) {
  return toContentAttributes({
    payload: {
      requestHeaders: [],
      requestBody: Buffer.from(JSON.stringify(request)),
      responseBody: answer === null ? null : Buffer.from(JSON.stringify(answer)),
      responseEncoding: null,
    },
    stream: false,
    bytesMax: 65_536,
    ...changes,
  });
}

function read(text: string | boolean | undefined): unknown {
  return JSON.parse(`${text ?? 'null'}`);
}

const ANSWER = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Rain.' }],
  stop_reason: 'end_turn',
};

test('messages, the system prompt and the names of tools are written as the conventions want them', () => {
  const told = tell(
    {
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'weather', description: 'A long story.', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'Weather in Paris?' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Ask the tool.', signature: 'c2ln' },
            { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { place: 'Paris' } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'rainy' }] },
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo' } },
            { type: 'document', source: { type: 'file', file_id: 'file_1' } },
            { type: 'text', text: 'And this?' },
          ],
        },
      ],
    },
    ANSWER,
  );
  expect(read(told['gen_ai.input.messages'])).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'Ask the tool.' },
        { type: 'tool_call', id: 'toolu_1', name: 'weather', arguments: { place: 'Paris' } },
      ],
    },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'toolu_1', response: 'rainy' }] },
    {
      role: 'user',
      parts: [
        { type: 'blob', modality: 'image', mime_type: 'image/png', content: '' },
        { type: 'file', modality: 'document', mime_type: '', file_id: 'file_1' },
        { type: 'text', content: 'And this?' },
      ],
    },
  ]);
  expect(read(told['gen_ai.output.messages'])).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: 'Rain.' }] },
  ]);
  expect(read(told['gen_ai.system_instructions'])).toEqual([{ type: 'text', content: 'Be brief.' }]);
  expect(read(told['gen_ai.tool.definitions'])).toEqual([{ type: 'function', name: 'weather' }]);
  expect(told['nexus.content.truncated']).toBeUndefined();
});

test('a streamed and packed answer is read like a whole one, as far as it came', () => {
  const events = [
    { type: 'message_start', message: { role: 'assistant', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Ra' } },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const payload = { requestHeaders: [], requestBody: null, responseBody: gzipSync(text), responseEncoding: 'gzip' };
  const told = toContentAttributes({ payload, stream: true, bytesMax: 65_536 });
  expect(read(told['gen_ai.output.messages'])).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: 'Ra' }] },
  ]);
});

test('secrets are masked wherever they stand, also where a text was cut in the middle of one', () => {
  const told = tell(
    {
      system: `Never tell ${SECRET}.`,
      messages: [
        { role: 'user', content: `My key is ${SECRET}` },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 't', name: 'login', input: { api_key: 'planted', header: `Bearer ${SECRET}` } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: SECRET }] }],
        },
        { role: 'user', content: `${'x '.repeat(508)}${SECRET}` },
      ],
    },
    { ...ANSWER, content: [{ type: 'text', text: `It was ${SECRET}` }] },
    { bytesMax: 4_096 },
  );
  expect(JSON.stringify(told)).not.toContain('planted');
  expect(read(told['gen_ai.input.messages'])).toHaveLength(4);
});

test('there is room for the answer and the newest messages, and what is left out is said', () => {
  const messages = Array.from({ length: 200 }, (_, at) => ({ role: 'user', content: `${at} ${'word '.repeat(40)}` }));
  const told = tell({ system: 'x '.repeat(2_000), messages }, ANSWER, { bytesMax: 4_096 });
  const kept = read(told['gen_ai.input.messages']);
  expect(JSON.stringify(kept)).toContain('199 word');
  expect(JSON.stringify(kept)).not.toContain('"0 word');
  expect(told['gen_ai.output.messages']).toBeString();
  expect(told['nexus.content.truncated']).toBe(true);
});

test('whatever bodies hold, what is told is JSON within its bound', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), fc.uint8Array({ maxLength: 200 }), (request, answer, bytes) => {
      const payloads = [Buffer.from(request), Buffer.from(`{"messages":${request},"system":${answer}}`), bytes];
      for (const requestBody of payloads) {
        const payload = { requestHeaders: [], requestBody, responseBody: Buffer.from(answer), responseEncoding: null };
        const told = toContentAttributes({ payload, stream: false, bytesMax: 1_024 });
        const texts = Object.values(told).filter((value) => typeof value === 'string');
        for (const text of texts) expect(Array.isArray(JSON.parse(text))).toBe(true);
        expect(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(1_024 + 8);
      }
    }),
  );
});
