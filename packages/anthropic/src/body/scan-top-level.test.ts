import { describe, expect, test } from 'bun:test';
import { buildClaudeCodeTurn } from '../../../../fixtures/claude-code-turn/build-turn.ts';
import { scanTopLevel } from '../index.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function openingText(body: unknown): string {
  const scan = scanTopLevel(encoder.encode(JSON.stringify(body)));
  if (!scan.ok) throw new Error(scan.problem);
  return decoder.decode(scan.opening);
}

test('a body without the fields has none of them, and does not stream', () => {
  expect(scanTopLevel(encoder.encode(' {} '))).toMatchObject({
    ok: true,
    model: null,
    stream: false,
    metadataUserId: null,
    opening: new Uint8Array(),
  });
});

test.each([
  ['', 'an object was expected', 0],
  ['  []', 'an object was expected', 2],
  ['\ufeff{}', 'an object was expected', 0],
  ['{"a":1', 'the JSON ends too early', 6],
  ['{"a"', 'the JSON ends too early', 4],
  ['{"a', 'the JSON ends too early', 3],
  ['{"a":"x\\"}', 'the JSON ends too early', 10],
  ['{"a":[1,{"b":2}', 'the JSON ends too early', 15],
  ['{a:1}', 'a key was expected', 1],
  ['{"a" 1}', 'a colon was expected', 5],
  ['{"a":}', 'a value was expected', 5],
  ['{"a":1 "b":2}', 'a comma was expected', 7],
  ['{"a":1,}', 'a key was expected', 7],
  ['{"a":1} {"b":2}', 'something follows the JSON object', 8],
])('%p is refused: %s at %d', (text, problem, offset) => {
  expect(scanTopLevel(encoder.encode(text))).toEqual({ ok: false, problem, offset, field: null });
});

test.each([
  ['{"model":5}', 'model', 9],
  ['{"model":null}', 'model', 9],
  ['{"model":["claude"]}', 'model', 9],
  ['{"model":"ok","model":{}}', 'model', 22],
  ['{"stream":"true"}', 'stream', 10],
  ['{"stream":1}', 'stream', 10],
  ['{"stream":tru}', 'stream', 10],
] as const)('%p is refused for its field', (text, field, offset) => {
  expect(scanTopLevel(encoder.encode(text))).toMatchObject({ ok: false, field, offset });
});

test('a wrong type that a later duplicate mends does not matter: the last wins', () => {
  expect(scanTopLevel(encoder.encode('{"model":5,"stream":"x","model":"m","stream":null}'))).toMatchObject({
    ok: true,
    model: 'm',
    stream: false,
  });
});

test('names inside values are not the body’s own', () => {
  const text = '{"x":{"model":"no","stream":true},"y":"\\"model\\":\\"no\\"","metadata":{"a":{"user_id":"no"}}}';
  expect(scanTopLevel(encoder.encode(text))).toMatchObject({
    ok: true,
    model: null,
    stream: false,
    metadataUserId: null,
  });
});

describe('the opening', () => {
  const system = [{ type: 'text', text: 'Keep the log.' }];
  const first = { role: 'user', content: [{ type: 'text', text: 'Begin.' }] };
  const opening = openingText({ system, messages: [first] });

  test('is the text of system and of the first user message', () => {
    expect(opening).toBe('"Keep the log.""Begin."');
  });

  test('stays the same as the conversation grows, markers move and blocks become strings', () => {
    const marker = { cache_control: { type: 'ephemeral' } };
    const later = {
      messages: [
        { role: 'system', content: 'A note.' },
        { content: 'Begin.', role: 'user' },
        { role: 'assistant', content: 'Begun.' },
        { role: 'user', content: 'Go on.' },
      ],
      system: [{ ...marker, ...system[0] }],
    };
    expect(openingText(later)).toBe(opening);
  });

  test('leaves out the attribution line, which names the turn before', () => {
    const attribution = { type: 'text', text: 'x-anthropic-billing-header: cc_prev_req=req_1;' };
    expect(openingText({ system: [attribution, ...system], messages: [first] })).toBe(opening);
  });

  test('of a message without text is the beginning of its content', () => {
    expect(openingText({ messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] })).toContain('image');
  });

  test('is bounded', () => {
    const scan = scanTopLevel(buildClaudeCodeTurn({ turns: 3 }));
    expect(scan.ok && scan.opening.length).toBeLessThanOrEqual(4 * 8192);
    expect(scan.ok && scan.opening.length).toBeGreaterThan(1000);
  });
});
