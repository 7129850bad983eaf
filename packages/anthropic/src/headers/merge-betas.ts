/** The caller's `anthropic-beta` value with what we need added. */
export function mergeBetas(_client: string | null, _needed: readonly string[]): string | null {
  throw new Error('not built yet');
}
