/** `; did you mean PORT?` where a known name is near `name`, else nothing. */
export function toSuggestion(name: string, known: readonly string[]): string {
  const nearest = known
    .map((candidate) => ({ candidate, distance: countEdits(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)[0];
  // A third of the name: near enough to be a slip, far enough to catch a missing word part.
  if (nearest === undefined || nearest.distance > Math.max(2, Math.floor(name.length / 3))) return '';
  return `; did you mean ${nearest.candidate}?`;
}

/** Levenshtein distance, one row at a time. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const swap = (previous[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
