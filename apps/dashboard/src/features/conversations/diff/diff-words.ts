import { type DiffPart, diffSequence } from './diff-sequence.ts';

/** Longer lines are no sentences, and marking words in them helps nobody. */
const LINE_CHARACTERS_MAX = 4_000;
/** Lines that share less than this part of their letters are two lines, and not one that was changed. */
const SHARED_MIN = 0.3;

/** A piece of a line; marked where the other line does not have it. */
export interface DiffPiece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** The words that differ between two lines; null where the lines have too little in common for that to say anything. */
export function diffWords(
  from: string,
  to: string,
): { readonly from: readonly DiffPiece[]; readonly to: readonly DiffPiece[] } | null {
  if (Math.max(from.length, to.length) > LINE_CHARACTERS_MAX) return null;
  const parts = diffSequence(toWords(from), toWords(to));
  const shared = parts.reduce((sum, { side, text }) => sum + (side === 'both' ? text.trim().length : 0), 0);
  if (shared < SHARED_MIN * Math.max(from.length, to.length)) return null;
  return { from: toPieces(parts, 'from'), to: toPieces(parts, 'to') };
}

/** Words, runs of spaces, and signs one by one. */
function toWords(line: string): readonly string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? [];
}

/** One side of it, with neighbours of one kind in one piece. */
function toPieces(parts: readonly DiffPart[], mine: 'from' | 'to'): readonly DiffPiece[] {
  const pieces: { text: string; isMarked: boolean }[] = [];
  for (const { side, text } of parts) {
    if (side !== 'both' && side !== mine) continue;
    const isMarked = side === mine;
    const last = pieces.at(-1);
    if (last !== undefined && last.isMarked === isMarked) last.text += text;
    else pieces.push({ text, isMarked });
  }
  return pieces;
}
