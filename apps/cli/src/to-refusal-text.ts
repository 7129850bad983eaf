import { ERRORS, type ErrorCode } from '@nexus/contract';

/** What the gateway or an operation said, and below it what to check, as the table of errors has it. */
export function toRefusalText(code: string, message: string): string {
  // A newer gateway may have codes that are unknown here.
  if (!isKnown(code)) return `${message}\n${code}`;
  // The message of a wrong field is all that there is to know.
  return code === 'field-invalid' ? toFlagNames(message) : `${message}\n${code}: ${ERRORS[code].check}`;
}

/** Fields of operations that are asked for by a flag of another name. */
const FLAGS: Readonly<Record<string, string>> = {
  concurrent: '--concurrent',
  domain: '--domain',
  expiresAt: '--expires',
  graceSeconds: '--grace',
  inputTokensPerMinute: '--input-tokens-per-minute',
  labels: '--label',
  outputTokensPerMinute: '--output-tokens-per-minute',
  owner: '--owner',
  project: '--project',
  requestsPerMinute: '--requests-per-minute',
  scopes: '--scope',
};

/** `expiresAt: must be ahead` as whoever typed `--expires` knows it; a place in a list or in `limits` is left out. */
function toFlagNames(message: string): string {
  return message.replaceAll(/(?<=^|; )(?:limits\.)?([a-zA-Z]+)(?:\.\d+)?(?=: )/g, (path, field: string) =>
    Object.hasOwn(FLAGS, field) ? (FLAGS[field] ?? path) : path,
  );
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
