import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { diffLines, toLines } from './diff-lines.ts';

const written = (from: string, to: string) =>
  diffLines(from, to).map(({ side, text }) => `${{ both: ' ', from: '-', to: '+' }[side]}${text}`);

describe('two texts', () => {
  test('differ in the lines that went and came', () => {
    expect(written('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual([' a', '-b', ' c', '+x', ' d']);
  });

  test('that are the same differ in nothing', () => {
    expect(written('a\nb', 'a\nb')).toEqual([' a', ' b']);
  });

  test('can each be read back from their difference', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diffLines(a.join('\n'), b.join('\n'));
        expect(lines.filter(({ side }) => side !== 'to').map((line) => line.text)).toEqual(a);
        expect(lines.filter(({ side }) => side !== 'from').map((line) => line.text)).toEqual(b);
      }),
    );
  });
});

test('a system prompt reads as its texts, whatever form it has', () => {
  expect(toLines('Be brief.')).toBe('Be brief.');
  expect(toLines([{ type: 'text', text: 'Be brief.' }, { text: 'Be kind.' }])).toBe('Be brief.\nBe kind.');
  expect(toLines(undefined)).toBe('');
  expect(toLines({ a: 1 })).toBe('{\n  "a": 1\n}');
});
