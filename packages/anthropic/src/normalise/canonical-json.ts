import { isObject } from '../json/is-object.ts';

/** Deeper values are nobody's; the bound keeps hostile ones from exhausting the stack. */
const DEPTH_MAX = 500;

/** A value that cannot be written canonically; told apart by `instanceof`, never shown. */
export class TooDeepError extends Error {}

/** JSON with the keys of every object in code-unit order, so that equal values give equal texts. Throws `TooDeepError`. */
export function toCanonicalJson(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw new TooDeepError();
  if (Array.isArray(value)) return `[${value.map((element) => toCanonicalJson(element, depth + 1)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalJson(value[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** Whether two values are equal as JSON, whatever the order of their keys; false where either is too deep to tell. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  try {
    return toCanonicalJson(a) === toCanonicalJson(b);
  } catch (error) {
    if (error instanceof TooDeepError) return false;
    throw error;
  }
}
