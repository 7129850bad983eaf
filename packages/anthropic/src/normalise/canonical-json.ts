import { isObject } from '../json/is-object.ts';

/** Deeper values are nobody's; the bound keeps hostile ones from exhausting the stack. */
const DEPTH_MAX = 500;

/** A value that cannot be written canonically; told apart by `instanceof`, never shown. */
export class TooDeepError extends Error {}

/**
 * JSON with the keys of every object in code-unit order, so that equal values give equal texts. Cache markers are left
 * out at any depth, as `splitBody` takes them out of slices. Throws `TooDeepError`.
 */
export function toCanonicalJson(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw new TooDeepError();
  if (Array.isArray(value)) return `[${value.map((element) => toCanonicalJson(element, depth + 1)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .filter((key) => !isMarker(key, value[key]))
    .sort()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalJson(value[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

function isMarker(key: string, value: unknown): boolean {
  return key === 'cache_control' && (value === null || isObject(value));
}

/** Whether two values are equal as JSON, whatever the order of their keys and their cache markers; false where either is too deep to tell. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  try {
    return toCanonicalJson(a) === toCanonicalJson(b);
  } catch (error) {
    if (error instanceof TooDeepError) return false;
    throw error;
  }
}
