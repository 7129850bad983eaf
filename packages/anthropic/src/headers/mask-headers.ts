import type { HeaderList } from './header-list.ts';
import { maskSecret, maskSecretText } from './mask-secret-text.ts';

/**
 * `headers` with every secret masked: whole values where the name says that it holds one, and anything shaped like a
 * secret in all others. Names become lower case.
 */
export function maskHeaders(headers: Iterable<readonly [string, string]>): HeaderList {
  return Array.from(headers, ([name, value]) => {
    const lowerName = name.toLowerCase();
    return [lowerName, maskValue(lowerName, value)] as const;
  });
}

function maskValue(name: string, value: string): string {
  if (COOKIE_NAMES.has(name)) return maskCookie(value);
  if (SECRET_NAME.test(name)) return maskSecret(value);
  return maskSecretText(value);
}

const COOKIE_NAMES: ReadonlySet<string> = new Set(['cookie', 'set-cookie']);

/** Singular on purpose: `anthropic-ratelimit-tokens-limit` is a number, `x-session-token` is a secret. */
const SECRET_NAME =
  /(^|[-_])(authorization|api-?key|key|token|jwt|secret|password|passwd|credentials?|signature|assertion|auth)$/;

/** The names of cookies stay readable; every value, and every attribute with a value, goes. */
function maskCookie(value: string): string {
  return value.replace(/=[^;]*/g, '=***');
}
