import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { type DiffLine, diffLines, toLines } from './diff-lines.ts';

const written = (from: string, to: string) =>
  diffLines(from, to).map((line) => `${{ both: ' ', from: '-', to: '+' }[line.side]}${textOf(line)}`);

const textOf = ({ pieces }: DiffLine): string => pieces.map(({ text }) => text).join('');
/** The words of both sides that are marked. */
const marked = (from: string, to: string) =>
  diffLines(from, to).map(({ pieces }) => pieces.flatMap(({ text, isMarked }) => (isMarked ? text : [])));

describe('two texts', () => {
  test('differ in the lines that went and came', () => {
    expect(written('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual([' a', '-b', ' c', '+x', ' d']);
  });

  test('that are the same differ in nothing', () => {
    expect(written('a\nb', 'a\nb')).toEqual([' a', ' b']);
  });

  test('mark the words of a line that was changed', () => {
    expect(marked('Be very brief, please.', 'Be thorough, please.')).toEqual([['very brief'], ['thorough']]);
    expect(marked('a: 1\nb: 2', 'a: 1\nb: 3')).toEqual([[], ['2'], ['3']]);
  });

  test('mark nothing where a line was replaced by another', () => {
    expect(marked('One thing', 'Entirely different')).toEqual([[], []]);
  });

  test('can each be read back from their difference', () => {
    const text = fc.array(fc.constantFrom('a', 'b c d', 'b x d', ''), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diffLines(a.join('\n'), b.join('\n'));
        expect(lines.filter(({ side }) => side !== 'to').map(textOf)).toEqual(a);
        expect(lines.filter(({ side }) => side !== 'from').map(textOf)).toEqual(b);
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
