import type { HeaderList } from './header-list.ts';
import { MASK, maskSecret, maskSecretText } from './mask-secret-text.ts';

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
  if (COOKIE_NAMES.has(name)) return maskCookies(value);
  return holdsSecret(name) ? maskSecret(value) : maskSecretText(value);
}

const COOKIE_NAMES: ReadonlySet<string> = new Set(['cookie', 'set-cookie']);

/** Names that say so anywhere, and names that end in a word for one. */
const SECRET_WORD = /authorization|secret|passw|credential|cookie/;
/** Singular on purpose: `anthropic-ratelimit-tokens-limit` is a number, `x-session-token` is a secret. */
const SECRET_END = /(^|[-_])(api-?key|key|token|jwt|auth|signature|assertion)$/;
const NO_SECRETS: ReadonlySet<string> = new Set(['idempotency-key', 'sec-websocket-key', 'surrogate-key']);

function holdsSecret(name: string): boolean {
  return (SECRET_WORD.test(name) || SECRET_END.test(name)) && !NO_SECRETS.has(name);
}

const COOKIE_FLAGS = /^\s*(secure|httponly|partitioned)\s*$/i;

/** Names and flags stay readable; every value goes, and whatever is neither. */
function maskCookies(value: string): string {
  return value
    .split(';')
    .map((part) => {
      const equals = part.indexOf('=');
      if (equals !== -1) return `${part.slice(0, equals)}=${MASK}`;
      return COOKIE_FLAGS.test(part) ? part : MASK;
    })
    .join(';');
}
