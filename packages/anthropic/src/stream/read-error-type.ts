import { isObject } from '../json/is-object.ts';

/** `error.type` of Anthropic's error JSON; null where it has none. */
export function readErrorType(body: Record<string, unknown>): string | null {
  const error = body['error'];
  return isObject(error) && typeof error['type'] === 'string' ? error['type'] : null;
}
