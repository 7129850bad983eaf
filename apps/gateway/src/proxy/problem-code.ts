/** What kind of failure `cause` is, in one word: `ECONNREFUSED`, `TypeError`. Names no secret and no address. */
export function toProblemCode(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
