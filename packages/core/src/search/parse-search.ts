import { splitWords } from './split-words.ts';

/** A word that is looked for; with `isPrefix` whatever begins with it. */
export interface SearchedWord {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Words that stand next to each other, and whether they must not. */
export interface SearchTerm {
  readonly words: readonly SearchedWord[];
  readonly isExcluded: boolean;
}

/** What is looked for: all terms of at least one of the groups. */
export interface Search {
  readonly groups: readonly (readonly SearchTerm[])[];
}

/** Terms of one search; more are not read. */
const TERMS_MAX = 32;

/**
 * Reads the syntax that search engines share (PostgreSQL calls it websearch): words that must all be there, `"words in
 * this order"`, `or`, `-not`; and `begin*` besides. Marks inside a term part its words, which then must stand together.
 * Null where nothing can be looked up: no words, or a group that only excludes.
 */
export function parseSearch(text: string): Search | null {
  const groups: SearchTerm[][] = [[]];
  for (const [whole, minus = '', quoted, plain = ''] of [...text.matchAll(TERMS)].slice(0, TERMS_MAX)) {
    if (whole.toLowerCase() === 'or') {
      groups.push([]);
      continue;
    }
    const words = toSearchedWords(quoted ?? plain, quoted === undefined && plain.endsWith('*'));
    if (words.length > 0) groups.at(-1)?.push({ words, isExcluded: minus === '-' });
  }
  const filled = groups.filter((terms) => terms.length > 0);
  const canBeLookedUp = filled.length > 0 && filled.every((terms) => terms.some(({ isExcluded }) => !isExcluded));
  return canBeLookedUp ? { groups: filled } : null;
}

/** A quote that is never closed reaches to the end. */
const TERMS = /(-?)(?:"([^"]*)"?|(\S+))/g;
const WORDS_MAX = 64;

/** Of a run without spaces the pairs are asked for, and its last letter only where that is all there is. */
function toSearchedWords(text: string, isPrefix: boolean): SearchedWord[] {
  const words = splitWords(text, WORDS_MAX);
  return words.flatMap((word, at): SearchedWord[] => {
    const before = words[at - 1];
    const isTailOfPair = before !== undefined && before.end > word.start;
    if (isTailOfPair && word.end === before.end) return [];
    const isLast = at === words.length - 1;
    const isLoneLetter = isSpacelessLetter(word.text);
    return [{ text: word.text, isPrefix: (isLast && isPrefix) || isLoneLetter }];
  });
}

/** Texts have such a letter as the first of a pair, or alone at the end of a run. */
function isSpacelessLetter(word: string): boolean {
  return /^[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&\p{L}]$/v.test(
    word,
  );
}
