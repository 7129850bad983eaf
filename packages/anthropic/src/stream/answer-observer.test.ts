import { describe, expect, test } from 'bun:test';
import { listFixtures } from '../../test/fixtures.ts';
import { type AnswerState, createAnswerObserver, describeAnswer } from '../index.ts';
import { TOOL_CALLS_MAX } from './answer-state.ts';

const encoder = new TextEncoder();

function observeText(stream: boolean, ...pieces: string[]): AnswerState {
  const observer = createAnswerObserver({ stream });
  for (const piece of pieces) observer.push(encoder.encode(piece));
  observer.end();
  return observer.state();
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function textDelta(text: string): object {
  return { type: 'content_block_delta', index: 12, delta: { type: 'text_delta', text } };
}

describe('a stream', () => {
  test('tells its state while it runs', () => {
    const observer = createAnswerObserver({ stream: true });
    const states = [
      { type: 'message_start', message: { model: 'm', usage: { input_tokens: 9, output_tokens: 2 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', name: 'Read', input: {} } },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"path":"/abcdef"}' },
      },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 8 } },
      { type: 'message_stop' },
    ].map((data) => {
      observer.push(encoder.encode(event(data)));
      const { outputTokens, outputTokensEstimated, sawContent, firstContentSeen, usageFinal, ended } = observer.state();
      return { outputTokens, outputTokensEstimated, sawContent, firstContentSeen, usageFinal, ended };
    });
    const running = { outputTokensEstimated: true, usageFinal: false, ended: false };
    const counted = { outputTokens: 8, outputTokensEstimated: false, sawContent: true, firstContentSeen: true };
    expect(states).toEqual([
      { ...running, outputTokens: 2, sawContent: false, firstContentSeen: false },
      { ...running, outputTokens: 2, sawContent: true, firstContentSeen: false },
      // 22 bytes, since quotes within the input are escaped on the wire.
      { ...running, outputTokens: 6, sawContent: true, firstContentSeen: true },
      { ...counted, usageFinal: true, ended: false },
      { ...counted, usageFinal: true, ended: true },
    ]);
  });

  test('measures a delta the same however its members are written', () => {
    const usual = observeText(true, event(textDelta('a "quoted" 潮 word')));
    const odd = `data: {"delta" : {"text":"a \\"quoted\\" 潮 word", "type":"text_delta"}, "type":"content_block_delta"}\n\n`;
    expect(observeText(true, odd)).toEqual(usual);
    expect(usual.contentBytes).toBe(21);
  });

  test('takes an event of 5 MB in small pieces', () => {
    const result = { type: 'web_search_tool_result', content: [{ text: 'x'.repeat(5_000_000), name: 'no tool' }] };
    const text =
      event({ type: 'content_block_start', index: 0, content_block: result }) + event({ type: 'message_stop' });
    const pieces = Array.from({ length: Math.ceil(text.length / 4096) }, (_, at) =>
      text.slice(at * 4096, (at + 1) * 4096),
    );
    expect(observeText(true, ...pieces)).toMatchObject({
      sawContent: true,
      ended: true,
      malformed: false,
      toolNames: [],
    });
  });

  test('passes over an event beyond the bound, says so, and reads on, however it is cut', () => {
    const long = event(textDelta('x'.repeat(17 * 1024 * 1024)));
    const rest = event(textDelta('four')) + event({ type: 'message_stop' });
    const whole = observeText(true, long + rest);
    expect(whole).toMatchObject({ contentBytes: 4, ended: true, malformed: true });
    const half = long.length / 2;
    expect(observeText(true, long.slice(0, half), long.slice(half) + rest)).toEqual(whole);
    expect(observeText(true, long.slice(0, -1), `\n${rest}`)).toEqual(whole);
  });

  test.each([
    ['no JSON', 'data: {"type":"message_stop"\n\n'],
    ['no object', 'data: [1]\n\n'],
    ['no type', 'data: {"x":1}\n\n'],
    ['a block start without a block', 'data: {"type":"content_block_start","index":0}\n\n'],
  ])('with an event that is %s is malformed', (_what, text) => {
    expect(observeText(true, text)).toMatchObject({ malformed: true, ended: false });
  });

  test('an event without its blank line never happened', () => {
    expect(observeText(true, 'data: {"type":"message_stop"}\n').ended).toBe(false);
  });

  test('counts that came without a stop reason are not the last ones', () => {
    const counts = event({ type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 5 } });
    expect(observeText(true, counts)).toMatchObject({ usageFinal: false, outputTokensEstimated: true });
    expect(observeText(true, counts, event({ type: 'message_stop' }))).toMatchObject({
      usageFinal: true,
      outputTokens: 5,
    });
  });
});

describe('a JSON answer', () => {
  const answers = new Map(listFixtures('answers', '.json').map(({ name, bytes }) => [name, bytes]));

  test.each<[string, Partial<AnswerState>]>([
    [
      'message-text',
      { stopReason: 'end_turn', modelServed: 'claude-sonnet-5', outputTokens: 8, usageFinal: true, toolNames: [] },
    ],
    [
      'message-tools',
      { stopReason: 'tool_use', toolNames: ['Read', 'Bash', 'Read'], sawContent: true, outputTokens: 70 },
    ],
    ['error-overloaded', { errorType: 'overloaded_error', usage: null, usageFinal: false, sawContent: false }],
    ['error-invalid', { errorType: 'invalid_request_error', modelServed: null }],
    ['count-tokens', { usage: null, usageFinal: false, errorType: null }],
    ['models', { usage: null, modelServed: null }],
  ])('%s is read, whole, in two and in single bytes', (name, expected) => {
    const body = answers.get(name) ?? new Uint8Array();
    const whole = describeAnswer({ body, stream: false });
    expect(whole).toMatchObject({ ...expected, ended: true, malformed: false });
    for (let at = 0; at <= body.length; at += 1) {
      const observer = createAnswerObserver({ stream: false });
      observer.push(body.subarray(0, at));
      observer.push(body.subarray(at));
      observer.end();
      expect(observer.state()).toEqual(whole);
    }
  });

  test('that ends early has not ended and is malformed; an empty one only has not ended', () => {
    expect(observeText(false, '{"type":"message"')).toMatchObject({ ended: false, malformed: true });
    expect(observeText(false)).toMatchObject({ ended: false, malformed: false });
  });
});

test('what is described is fit to be stored: one line, bounded, no NUL, no half of a pair', () => {
  const block = { type: 'tool_use', name: `a\u0000b\n\ud83d${'x'.repeat(400)}` };
  const body = encoder.encode(
    JSON.stringify({ type: 'message', model: '\u0000m', content: [block], stop_reason: 'a\nb' }),
  );
  const answer = describeAnswer({ body, stream: false });
  expect(answer).toMatchObject({ modelServed: 'm', stopReason: 'a b' });
  expect(answer.toolNames[0]).toHaveLength(200);
  expect(answer.toolNames[0]?.isWellFormed()).toBe(true);
});

test.each([true, false])('calls are named one by one and no more than two hundred of them, streamed: %p', (stream) => {
  const blocks = Array.from({ length: 250 }, () => ({ type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} }));
  const text = stream
    ? blocks.map((block, index) => event({ type: 'content_block_start', index, content_block: block })).join('')
    : JSON.stringify({ type: 'message', content: blocks });
  expect(observeText(stream, text).toolNames).toEqual(Array.from({ length: TOOL_CALLS_MAX }, () => 'Read'));
});
