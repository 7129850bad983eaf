import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { digest } from '../../test/write-down.ts';
import { diffRequests, type RequestDiff } from './diff-requests.ts';

const diff = (from: unknown, to: unknown): RequestDiff => diffRequests(from, to, { digest });

const BODY = {
  model: 'opus',
  max_tokens: 100,
  system: [{ type: 'text', text: 'Be brief.' }],
  tools: [{ name: 'Read', input_schema: { type: 'object' } }, { name: 'Write' }],
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
    { role: 'user', content: 'Go on' },
  ],
};

const SAME: RequestDiff = {
  system: null,
  tools: { added: [], removed: [], changed: [] },
  messages: { commonBlocks: 3, fromIndex: null, toIndex: null, from: [], to: [] },
  parameters: [],
};

describe('two requests', () => {
  test('that say the same differ in nothing, however they are written', () => {
    const marker = { cache_control: { type: 'ephemeral' } };
    const other = {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi', ...marker }] },
        { role: 'system', content: 'A note' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: '<system-reminder>x</system-reminder>Go on' },
      ],
      tools: [
        { input_schema: { type: 'object' }, name: 'Read' },
        { name: 'Write', ...marker },
      ],
      system: [{ type: 'text', text: 'Be brief.', ...marker }],
      max_tokens: 100,
      model: 'opus',
    };
    expect(diff(BODY, other)).toEqual(SAME);
  });

  test('diverge at the first message that says something else', () => {
    const last = { role: 'user', content: 'No' };
    const messages = [BODY.messages[0], { role: 'system', content: 'A note' }, BODY.messages[1], last];
    expect(diff(BODY, { ...BODY, messages }).messages).toEqual({
      commonBlocks: 2,
      fromIndex: 2,
      toIndex: 3,
      from: [BODY.messages[2]],
      to: [last],
    });
    const longer = { ...BODY, messages: [...BODY.messages, last] };
    expect(diff(BODY, longer).messages).toEqual({ commonBlocks: 3, fromIndex: null, toIndex: 3, from: [], to: [last] });
  });

  test('differ in tools by name', () => {
    const read = { name: 'Read', input_schema: { type: 'string' } };
    const search = { type: 'web_search_20260209' };
    expect(diff(BODY, { ...BODY, tools: [read, search] }).tools).toEqual({
      added: ['web_search_20260209'],
      removed: ['Write'],
      changed: [{ name: 'Read', from: BODY.tools[0], to: read }],
    });
  });

  test('differ in system prompts, or only in what changes every day', () => {
    const dated = [...BODY.system, { type: 'text', text: "Today's date: 2026-11-20" }];
    expect(diff(BODY, { ...BODY, system: dated }).system).toEqual({
      from: BODY.system,
      to: dated,
      isVolatileOnly: true,
    });
    expect(diff(BODY, { ...BODY, system: 'Be long.' }).system).toMatchObject({ isVolatileOnly: false });
  });

  test('differ in parameters, there or not', () => {
    const { max_tokens: _, ...rest } = BODY;
    expect(diff(BODY, { ...rest, model: 'haiku', stream: true }).parameters).toEqual([
      { name: 'max_tokens', from: 100, to: undefined },
      { name: 'model', from: 'opus', to: 'haiku' },
      { name: 'stream', from: undefined, to: true },
    ]);
  });

  test('that are anything at all are compared without harm', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        diff(a, b);
        diff({ messages: a, tools: b, system: a }, { messages: [b], tools: [a], system: b });
        expect(diff({ messages: [], x: a }, { messages: [], x: a }).parameters).toEqual([]);
      }),
    );
  });
});
