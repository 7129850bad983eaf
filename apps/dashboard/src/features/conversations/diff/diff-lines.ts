import { type DiffPart, diffSequence } from './diff-sequence.ts';
import { type DiffPiece, diffWords } from './diff-words.ts';

/** A line that both sides have, or that only one of them has, in pieces: those that its counterpart does not have are marked. */
export interface DiffLine {
  readonly side: DiffPart['side'];
  readonly pieces: readonly DiffPiece[];
}

/** How two texts differ, line by line; in a line that was changed, word by word. */
export function diffLines(from: string, to: string): readonly DiffLine[] {
  const parts = diffSequence(from.split('\n'), to.split('\n'));
  const lines: DiffLine[] = [];
  for (let at = 0; at < parts.length;) {
    const end = findEnd(parts, at);
    lines.push(...toLinesOf(parts.slice(at, end)));
    at = end;
  }
  return lines;
}

/** Where the run of lines of the same kind ends: the same, or changed. */
function findEnd(parts: readonly DiffPart[], at: number): number {
  const isSame = parts[at]?.side === 'both';
  let end = at + 1;
  while (end < parts.length && (parts[end]?.side === 'both') === isSame) end += 1;
  return end;
}

/** In a run of changes the first line that went belongs to the first that came, and so on. */
function toLinesOf(run: readonly DiffPart[]): readonly DiffLine[] {
  const gone = run.filter(({ side }) => side === 'from');
  const come = run.filter(({ side }) => side === 'to');
  if (gone.length === 0 || come.length === 0) return run.map(toPlain);
  const pairs = gone.map((line, index) => diffWords(line.text, come[index]?.text ?? ''));
  return [
    ...gone.map((line, index): DiffLine => ({ side: 'from', pieces: pairs[index]?.from ?? toPlain(line).pieces })),
    ...come.map((line, index): DiffLine => ({ side: 'to', pieces: pairs[index]?.to ?? toPlain(line).pieces })),
  ];
}

function toPlain({ side, text }: DiffPart): DiffLine {
  return { side, pieces: [{ text, isMarked: false }] };
}

/** A system prompt or any other value of a body as lines. */
export function toLines(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(isText)) return value.map((block) => block.text).join('\n');
  return JSON.stringify(value, null, 2);
}

function isText(block: unknown): block is { readonly text: string } {
  return typeof block === 'object' && block !== null && 'text' in block && typeof block.text === 'string';
}
