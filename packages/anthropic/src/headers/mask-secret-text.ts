/** What stands where a secret stood. */
export const MASK = '***';

/** `text` with everything that is shaped like a secret masked; its kind stays readable (`sk-ant-api03-***`). */
export function maskSecretText(text: string): string {
  let masked = text;
  for (const { shape, replacement } of SHAPES) masked = masked.replace(shape, replacement);
  return masked;
}

/** A value that is a secret as a whole: only its scheme and the kind told by its prefix stay. */
export function maskSecret(value: string): string {
  const scheme = /^(basic|bearer|digest|negotiate|token)\s+/i.exec(value)?.[0] ?? '';
  const kind = KIND_PREFIX.exec(value.slice(scheme.length))?.[0] ?? '';
  return `${scheme}${kind}${MASK}`;
}

const KIND_PREFIX = /^(sk-ant-(api|oat|ort|admin|sid)\d{2}-|sk-ant-|nx_live_|cnp_live_)/;

/**
 * Schemes first, so that a token of unknown shape behind one is masked too. Each takes time in proportion to the text:
 * a start that fails is never looked at again from within the same run of letters.
 */
const SHAPES: readonly { readonly shape: RegExp; readonly replacement: string }[] = [
  { shape: /\b([Bb]earer|BEARER)(\s+|%20)(?!\*)(?!sk-ant-|nx_|cnp_)[\w.~+/=%-]{8,}/g, replacement: `$1$2${MASK}` },
  { shape: /\b([Bb]asic|BASIC)(\s+|%20)(?=\S{0,200}[\d=])[\w+/=%-]{8,}/g, replacement: `$1$2${MASK}` },
  { shape: /(sk-ant-(?:(?:api|oat|ort|admin|sid)\d{2}-)?)(?![\w-]{0,10}\*\*\*)[\w-]+/g, replacement: `$1${MASK}` },
  { shape: /(nx_[a-z]{1,16}_|cnp_live_)(?!\*)[\w-]+/g, replacement: `$1${MASK}` },
  { shape: /\b(sk-(?:proj-|svcacct-)?)(?!ant-)[\w-]{16,}/g, replacement: `$1${MASK}` },
  { shape: /(?<![\w-])(eyJ)[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*/g, replacement: `$1${MASK}` },
  { shape: /\b(gh[opsu]_|github_pat_|xox[abprs]-|AKIA|AIza|glpat-)[\w-]{10,}/g, replacement: `$1${MASK}` },
  // Secrets in query strings and in JSON or form text, told by their name.
  {
    shape: /([?&;,\s"'{]|^)((?:[\w-]*[_-])?(?:api_?key|token|secret|password)"?\s*[=:]\s*"?)(?!\*)[^\s&;,"'}]+/gi,
    replacement: `$1$2${MASK}`,
  },
  // A password in a URL: scheme://user:password@host.
  { shape: /(:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/g, replacement: `$1${MASK}@` },
];
