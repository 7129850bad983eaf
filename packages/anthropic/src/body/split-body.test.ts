import { expect, test } from 'bun:test';
import { joinBody, splitBody } from '../index.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function splitText(text: string): string[] | null {
  const split = splitBody(encoder.encode(text));
  return split === null ? null : split.slices.map(({ kind, bytes }) => `${kind} ${decoder.decode(bytes)}`);
}

test('slices stand as tools, system, messages whatever their order in the body', () => {
  expect(splitText('{"messages":[{"a":1}, 2],"system":[{"b":2}],"tools":[{"c":3},{"d":4}]}')).toEqual([
    'tool {"c":3}',
    'tool {"d":4}',
    'system {"b":2}',
    'message {"a":1}',
    'message 2',
  ]);
});

test('a system that is a string is one slice', () => {
  expect(splitText('{"system":"be brief","messages":[{}]}')).toEqual(['system "be brief"', 'message {}']);
});

test.each([
  ['behind other members', '{"t":"x","cache_control":{"type":"ephemeral"}}'],
  ['with a lifetime', '{"t":"x","cache_control":{"type":"ephemeral","ttl":"1h"}}'],
  ['set to null', '{"t":"x","cache_control":null}'],
  ['before other members', '{"cache_control":{"type":"ephemeral"},"t":"x"}'],
  ['before other members, spread out', '{"cache_control" : { "type":"ephemeral" } ,\n "t":"x"}'],
  ['spread out', '{"t":"x",\n  "cache_control" :\t{ "type" : "ephemeral" }}'],
])('a message has the same slice without a marker and with one %s', (_where, message) => {
  expect(splitText(`{"messages":[${message}]}`)).toEqual(['message {"t":"x"}']);
});

test('markers within nested blocks are taken out too', () => {
  const marked =
    '{"content":[{"type":"tool_result","content":[{"t":"a","cache_control":{}},{"t":"b"}],"cache_control":{}}]}';
  const plain = '{"content":[{"type":"tool_result","content":[{"t":"a"},{"t":"b"}]}]}';
  expect(splitText(`{"messages":[${marked}]}`)).toEqual([`message ${plain}`]);
});

test.each([
  ['text', String.raw`{"t":"\",\"cache_control\":{\"type\":\"ephemeral\"}"}`],
  ['a value', '{"type":"cache_control"}'],
  ['another name', '{"my_cache_control":{},"cache_control_x":{}}'],
  ['a marker that is a text', '{"t":1,"cache_control":"x"}'],
  ['a marker longer than any marker is', `{"t":1,"cache_control":{"x":"${'y'.repeat(600)}"}}`],
])('%s that looks like a marker stays', (_what, message) => {
  expect(splitText(`{"messages":[${message}]}`)).toEqual([`message ${message}`]);
});

test.each([
  ['nothing', ''],
  ['no object', '[{"messages":[{}]}]'],
  ['no slices', '{"model":"x","messages":[],"system":null,"tools":{}}'],
  ['an object that ends early', '{"messages":[{"role":"user"}'],
  ['a string that ends early', '{"messages":["'],
])('%s cannot be split', (_what, text) => {
  expect(splitText(text)).toBeNull();
});

test.each([
  ['markers opened within markers', '{"cache_control":'],
  ['markers that never end', '{"a":1,"cache_control":{"x":"'],
  ['backslashes', '\\\\'],
  ['escaped quotes', '\\"'],
  ['underscores', '_'],
])('a body of %s takes time in proportion to its length', (_what, piece) => {
  const nested = piece.repeat(200_000);
  const body = encoder.encode(`{"messages":["x",${piece.startsWith('{') ? nested : `"${nested}"`}]}`);
  const split = splitBody(body);
  if (split !== null) expect(joinBody(split)).toEqual(body);
  const sloppy = splitBody(encoder.encode(`{"messages":[${nested}${'}'.repeat(200_000)}]}`));
  if (sloppy !== null) expect(joinBody(sloppy).length).toBeGreaterThan(nested.length);
});

test('the skeleton of a long conversation is as small as that of a short one', () => {
  const messages = Array.from({ length: 500 }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: 'x',
  }));
  const short = splitBody(encoder.encode(JSON.stringify({ model: 'm', messages: messages.slice(0, 3) })));
  const long = splitBody(encoder.encode(JSON.stringify({ model: 'm', messages })));
  expect(long?.slices).toHaveLength(500);
  expect(long?.skeleton.length).toBeLessThanOrEqual((short?.skeleton.length ?? 0) + 1);
});

test('a damaged skeleton, or one that does not fit the slices, is an error and no wrong body', () => {
  const split = splitBody(encoder.encode('{"messages":[{"a":1},{"b":2,"cache_control":{}}]}'));
  if (split === null) throw new Error('not split');
  const { skeleton, slices } = split;
  expect(() => joinBody({ skeleton, slices: slices.slice(1) })).toThrow(RangeError);
  expect(() => joinBody({ skeleton: skeleton.subarray(0, skeleton.length - 1), slices })).toThrow(RangeError);
  expect(() => joinBody({ skeleton: Uint8Array.from([9]), slices })).toThrow(RangeError);
  expect(() => joinBody({ skeleton: new Uint8Array(), slices })).toThrow(RangeError);
});

test('a body of 200,000 messages is cut once through, and joined to the same bytes', () => {
  const messages = Array.from({ length: 200_000 }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: `says ${at}`,
  }));
  const body = new TextEncoder().encode(JSON.stringify({ model: 'm', messages }));
  const split = splitBody(body);
  expect(split?.slices).toHaveLength(200_000);
  expect(split && Buffer.compare(joinBody(split), body)).toBe(0);
});
