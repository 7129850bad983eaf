import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { removeFields } from './remove-fields.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function remove(text: string, ...names: string[]): string {
  return decoder.decode(removeFields(encoder.encode(text), names));
}

test.each([
  ['{"a":1,"b":{"b":2},"c":3}', '{"a":1,"c":3}'],
  ['{ "b" : [1, 2] , "c": 1.50 }', '{ "c": 1.50 }'],
  ['{"a":1,"b":2}', '{"a":1}'],
  ['{"b":2}', '{}'],
  [String.raw`{"\u0062":1,"b":2,"a":"}"}`, '{"a":"}"}'],
])('%s loses b and becomes %s', (before, after) => {
  expect(remove(before, 'b')).toBe(after);
});

test('a body without the field, or that is no object, is the very same bytes', () => {
  for (const text of ['{"a":{"b":1}}', '[{"b":1}]', '{"b":', '', 'null']) {
    const bytes = encoder.encode(text);
    expect(removeFields(bytes, ['b'])).toBe(bytes);
  }
});

test('what remains parses to the same without the fields', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.string()), (value, more) => {
      const names = [...Object.keys(value).slice(0, 2), ...more];
      const kept = Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
      expect(JSON.parse(remove(JSON.stringify(value), ...names))).toEqual(JSON.parse(JSON.stringify(kept)));
    }),
  );
});
