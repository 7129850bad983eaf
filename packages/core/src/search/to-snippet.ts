import type { TextSpan } from './find-matches.ts';

/** A part of a passage, and whether it is what was looked for. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Characters of a passage: three lines on a wide screen. */
const SNIPPET_LENGTH = 320;
/** What is shown before the first match, so that one sees where it stands. */
const LEAD_LENGTH = 80;

/**
 * The passage of `text` that holds most of `matches`, as parts: whoever shows it never has to take marks for markup.
 * White space is one space, and what was left out is `…`.
 */
export function toSnippet(text: string, matches: readonly TextSpan[]): SnippetPart[] {
  const first = findDensest(matches);
  const start = toBeginning(text, (first?.start ?? 0) - LEAD_LENGTH);
  const end = toBorder(text, Math.min(text.length, start + SNIPPET_LENGTH));
  const parts: SnippetPart[] = start > 0 ? [{ text: '…', isMatch: false }] : [];
  let at = start;
  for (const match of matches) {
    if (match.end <= at || match.start >= end) continue;
    const from = Math.max(at, match.start);
    const until = Math.min(end, match.end);
    parts.push({ text: text.slice(at, from), isMatch: false }, { text: text.slice(from, until), isMatch: true });
    at = until;
  }
  parts.push({ text: text.slice(at, end) + (end < text.length ? '…' : ''), isMatch: false });
  return parts.map(toLine).filter((part) => part.text !== '');
}

/** The match with which a passage begins that holds the most of them. */
function findDensest(matches: readonly TextSpan[]): TextSpan | undefined {
  let best: TextSpan | undefined;
  let most = 0;
  let until = 0;
  for (const [at, match] of matches.entries()) {
    until = Math.max(until, at);
    while ((matches[until]?.end ?? Infinity) <= match.start - LEAD_LENGTH + SNIPPET_LENGTH) until += 1;
    if (until - at > most) {
      most = until - at;
      best = match;
    }
  }
  return best ?? matches[0];
}

/** The first whole word from `at` on, where one begins soon. */
function toBeginning(text: string, at: number): number {
  if (at <= 0) return 0;
  const space = text.slice(at, at + LEAD_LENGTH / 2).search(/\s/);
  return toBorder(text, space === -1 ? at : at + space + 1);
}

/** Not between the halves of a pair. */
function toBorder(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && at > 0 ? at - 1 : at;
}

function toLine({ text, isMatch }: SnippetPart): SnippetPart {
  return { text: text.replaceAll(/[\s\p{Cc}]+/gu, ' '), isMatch };
}
