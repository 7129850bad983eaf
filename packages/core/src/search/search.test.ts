import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, integer, property, string } from 'fast-check';
import { findPartMatches, findWordMatches } from './find-matches.ts';
import { parseSearch } from './parse-search.ts';
import { splitWords } from './split-words.ts';
import { toSnippet } from './to-snippet.ts';

const ALL = 10_000;

function wordsOf(text: string): string[] {
  return splitWords(text, ALL).map((word) => word.text);
}

function found(text: string, asked: string): string[] {
  const search = parseSearch(asked);
  return search === null ? [] : findWordMatches(text, search, ALL).map(({ start, end }) => text.slice(start, end));
}

describe('words', () => {
  test('are parted by whatever is no letter, and are the same in every case', () => {
    expect(wordsOf('src/main.ts: Array<Foo_Bar> = 12.5')).toEqual([
      'src',
      'main',
      'ts',
      'array',
      'foo',
      'bar',
      '12',
      '5',
    ]);
    expect(wordsOf('ÄRGER Ärger a\u0308rger ﬁn')).toEqual(['ärger', 'ärger', 'ärger', 'fin']);
  });

  test('of scripts without spaces are pairs, and emoji stand alone', () => {
    expect(wordsOf('東京都 is 👍🏽 ❤️ 🇩🇪👩‍💻')).toEqual(['東京', '京都', '都', 'is', '👍🏽', '❤', '🇩🇪', '👩‍💻']);
    expect(wordsOf('สวัสดี')).toHaveLength(6);
  });

  test('stand where they say', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { start, end } of splitWords(text.toWellFormed(), ALL)) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('what is looked for', () => {
  test('words must all be there, quoted ones in their order, and marks part a term into such words', () => {
    expect(parseSearch('Build "is red" main.ts -slow')).toEqual({
      groups: [
        [
          { words: [{ text: 'build', isPrefix: false }], isExcluded: false },
          { words: ['is', 'red'].map((text) => ({ text, isPrefix: false })), isExcluded: false },
          { words: ['main', 'ts'].map((text) => ({ text, isPrefix: false })), isExcluded: false },
          { words: [{ text: 'slow', isPrefix: false }], isExcluded: true },
        ],
      ],
    });
    expect(parseSearch('a OR b')?.groups).toHaveLength(2);
    expect(parseSearch('conv*')?.groups[0]?.[0]?.words).toEqual([{ text: 'conv', isPrefix: true }]);
  });

  test('what holds no words, or only excludes, cannot be looked up', () => {
    for (const text of ['', ' ', '=>', '-slow', 'or', '""', 'a or -b']) expect(parseSearch(text)).toBeNull();
  });

  test('any part of a run without spaces finds it', () => {
    for (const part of ['東京', '京都', '東京都庁', '京', '庁'])
      expect(found('新しい東京都庁です', part)).not.toEqual([]);
    expect(found('新しい東京都庁です', '京東')).toEqual([]);
    assert(
      property(
        array(constantFrom('東', '京', '都', '庁', '新', '宿'), { minLength: 1, maxLength: 12 }),
        integer(),
        (letters, chance) => {
          const from = Math.abs(chance) % letters.length;
          const until = from + 1 + (Math.abs(chance >> 4) % (letters.length - from));
          expect(found(`は${letters.join('')}です`, letters.slice(from, until).join(''))).not.toEqual([]);
        },
      ),
    );
  });

  test('nothing that can be typed breaks the reader', () => {
    assert(property(string({ unit: 'binary' }), (text) => void parseSearch(text.toWellFormed())));
  });
});

describe('a snippet', () => {
  test('is the passage with the most matches, with what was left out told', () => {
    const text = `one ${'x '.repeat(400)}the build is red, the build is slow ${'y '.repeat(400)}`;
    const search = parseSearch('one or build');
    const parts = toSnippet(text, search ? findWordMatches(text, search, ALL) : []);
    expect(parts.filter((part) => part.isMatch).map((part) => part.text)).toEqual(['build', 'build']);
    expect(parts.at(0)?.text).toBe('…');
    expect(parts.at(-1)?.text.endsWith('…')).toBe(true);
  });

  test('keeps marks as they are, in one line', () => {
    expect(toSnippet('a <b>\n\tbold</b> word', findPartMatches('a <b>\n\tbold</b> word', 'BOLD</B>'))).toEqual([
      { text: 'a <b> ', isMatch: false },
      { text: 'bold</b>', isMatch: true },
      { text: ' word', isMatch: false },
    ]);
  });

  test('never tears a pair of surrogates', () => {
    assert(
      property(array(constantFrom('👍', 'a', ' '), { maxLength: 900 }), (letters) => {
        const text = letters.join('');
        for (const part of toSnippet(text, findPartMatches(text, 'a'))) expect(part.text.isWellFormed()).toBe(true);
      }),
    );
  });
});
