/** Where a check failed, and how. */
interface FieldIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
}

/**
 * One problem of a kind for each field, the last: zod tells the bounds that every whole number has before those that are the
 * field's own, and nobody wants to read that a page has at most 9007199254740991 entries.
 */
export function dropLooserBounds<I extends FieldIssue>(issues: readonly I[]): I[] {
  return [...new Map(issues.map((issue) => [JSON.stringify([issue.code, ...issue.path.map(String)]), issue])).values()];
}
