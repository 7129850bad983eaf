/** A part that both sides have, or that only one of them has. */
export interface DiffPart {
  readonly side: 'both' | 'from' | 'to';
  readonly text: string;
}

/** Beyond this many cells of the table the middle is told as gone and come: exactness would stop the page. */
const CELLS_MAX = 4_000_000;

/** How two lists of texts differ: the fewest gone and come, in order. */
export function diffSequence(a: readonly string[], b: readonly string[]): readonly DiffPart[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [
    ...a.slice(0, head).map(toSame),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(toSame),
  ];
}

function toSame(text: string): DiffPart {
  return { side: 'both', text };
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffPart[] {
  if (a.length * b.length > CELLS_MAX || a.length === 0 || b.length === 0) {
    return [...a.map((text) => ({ side: 'from', text }) as const), ...b.map((text) => ({ side: 'to', text }) as const)];
  }
  const width = b.length + 1;
  // Cell (i, j): how many parts `a` from i and `b` from j have in common, in order.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const mine = a[i];
    const theirs = b[j];
    if (mine !== undefined && mine === theirs) {
      parts.push({ side: 'both', text: mine });
      i += 1;
      j += 1;
    } else if (mine !== undefined && (theirs === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ side: 'from', text: mine });
      i += 1;
    } else {
      parts.push({ side: 'to', text: theirs ?? '' });
      j += 1;
    }
  }
  return parts;
}
