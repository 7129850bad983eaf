import type { Search, SearchedWord, SearchTerm } from './parse-search.ts';
import { splitWords, type Word } from './split-words.ts';

/** A part of a text (UTF-16 units). */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Enough to choose a passage from; a word that stands everywhere need not be found everywhere. */
const MATCHES_MAX = 500;

/** Where `text` says what is looked for, in order and without overlaps. Excluded terms are not looked for. */
export function findWordMatches(text: string, search: Search, wordsMax: number): TextSpan[] {
  const words = splitWords(text, wordsMax);
  const terms = search.groups.flat().filter(({ isExcluded }) => !isExcluded);
  const matches: TextSpan[] = [];
  for (let at = 0; at < words.length && matches.length < MATCHES_MAX; at += 1) {
    for (const term of terms) {
      const match = matchAt(words, at, term);
      if (match !== null) matches.push(match);
    }
  }
  return mergeSpans(matches);
}

/** Where `text` holds `part`, whatever the case of either. */
export function findPartMatches(text: string, part: string): TextSpan[] {
  const { haystack, needle } = toComparable(text, part);
  const matches: TextSpan[] = [];
  if (needle === '') return matches;
  for (let at = haystack.indexOf(needle); at !== -1 && matches.length < MATCHES_MAX;) {
    matches.push({ start: at, end: at + needle.length });
    at = haystack.indexOf(needle, at + needle.length);
  }
  return matches;
}

/** A few letters become two in lower case; then places would no longer fit, and the case of the text counts. */
function toComparable(text: string, part: string): { readonly haystack: string; readonly needle: string } {
  const haystack = text.toLowerCase();
  return haystack.length === text.length ? { haystack, needle: part.toLowerCase() } : { haystack: text, needle: part };
}

function matchAt(words: readonly Word[], at: number, { words: wanted }: SearchTerm): TextSpan | null {
  const found = wanted.map((word, offset) => {
    const candidate = words[at + offset];
    return candidate !== undefined && isMatch(candidate.text, word) ? candidate : null;
  });
  const first = found[0];
  const last = found.at(-1);
  if (!first || !last || found.includes(null)) return null;
  return { start: first.start, end: last.end };
}

function isMatch(word: string, wanted: SearchedWord): boolean {
  return wanted.isPrefix ? word.startsWith(wanted.text) : word === wanted.text;
}

function mergeSpans(spans: readonly TextSpan[]): TextSpan[] {
  const merged: TextSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}
