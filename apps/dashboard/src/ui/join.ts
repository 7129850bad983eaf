/** One `class` text out of those that apply. */
export function join(...classes: readonly (string | false | null | undefined)[]): string {
  return classes.filter(Boolean).join(' ');
}
