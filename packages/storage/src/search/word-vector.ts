import type { Search, SearchTerm, Word } from '@nexus/core';

/** PostgreSQL keeps this many places of one word; more are dropped there without a word. */
const PLACES_MAX = 256;
/** Places beyond are all the same one to PostgreSQL, and a row of words would be found that is none. */
export const WORDS_MAX = 16_383;

/** The words of a text as a `tsvector` in text form: each once, with its places. */
export function toWordVector(words: readonly Word[]): string {
  const places = new Map<string, number[]>();
  for (const [at, { text }] of words.slice(0, WORDS_MAX).entries()) {
    const known = places.get(text);
    if (known === undefined) places.set(text, [at + 1]);
    else if (known.length < PLACES_MAX) known.push(at + 1);
  }
  return [...places].map(([word, at]) => `${toLexeme(word)}:${at.join(',')}`).join(' ');
}

/** What is looked for as a `tsquery` in text form. */
export function toWordQuery({ groups }: Search): string {
  return groups.map((terms) => `(${terms.map(toTermQuery).join(' & ')})`).join(' | ');
}

function toTermQuery({ words, isExcluded }: SearchTerm): string {
  const row = words.map(({ text, isPrefix }) => toLexeme(text) + (isPrefix ? ':*' : '')).join(' <-> ');
  return `${isExcluded ? '!' : ''}(${row})`;
}

/** Quoted; composing letters may make a quote or a backslash of what was none. */
function toLexeme(word: string): string {
  return `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
