/** A word of a text, and where it stands there (UTF-16 units). */
export interface Word {
  /** As words are compared: composed, without case. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longer words are keys and encoded bytes; their beginnings are told apart well enough. */
export const WORD_LENGTH_MAX = 60;

/**
 * Runs of letters and digits, of the letters of scripts that put no spaces between words, and single emoji. Whatever
 * stands between them (`/`, `.`, `_`, `<`) parts words, so that `main` finds `src/main.ts` and `Array<main>`.
 */
const RUNS =
  /(?<spaceless>[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]+)|[[\p{L}\p{M}\p{N}]--[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&\p{L}]]+|\p{RI}\p{RI}|\p{Extended_Pictographic}(?:[\u{FE0F}\p{EMod}]|\u{200D}\p{Extended_Pictographic})*/gv;

/**
 * The words of `text`, in order, at most `wordsMax`. A run without spaces gives each pair of neighbouring letters, and
 * its last letter: whatever part of it is asked for is then a row of pairs.
 */
export function splitWords(text: string, wordsMax: number): Word[] {
  const words: Word[] = [];
  for (const run of text.matchAll(RUNS)) {
    if (words.length >= wordsMax) break;
    const start = run.index;
    if (run.groups?.['spaceless'] === undefined) words.push(toWord(run[0], start));
    else words.push(...toPairs(run[0], start).slice(0, wordsMax - words.length));
  }
  return words;
}

function toWord(run: string, start: number): Word {
  return { text: fold(run), start, end: start + run.length };
}

function toPairs(run: string, start: number): Word[] {
  const letters = Array.from(run);
  let at = start;
  return letters.map((letter, index) => {
    const pair = letter + (letters[index + 1] ?? '');
    const word = toWord(pair, at);
    at += letter.length;
    return word;
  });
}

/** The same word however it was typed. Emoji are the same with and without the mark that asks for colour. */
function fold(word: string): string {
  const folded = isPlain(word) ? word.toLowerCase() : word.replaceAll('\u{FE0F}', '').normalize('NFKC').toLowerCase();
  return folded.length > WORD_LENGTH_MAX ? folded.slice(0, WORD_LENGTH_MAX).toWellFormed() : folded;
}

/** Most words are of letters that can only be composed one way, and composing them takes half of the time. */
function isPlain(word: string): boolean {
  return /^\w+$/.test(word);
}
