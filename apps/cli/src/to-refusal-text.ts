import { ERRORS, type ErrorCode } from '@nexus/contract';

/** What the gateway or an operation said, and below it what to check, as the table of errors has it. */
export function toRefusalText(code: string, message: string): string {
  // A newer gateway may have codes that are unknown here.
  if (!isKnown(code)) return `${message}\n${code}`;
  // The message of a wrong field is all that there is to know.
  return code === 'field-invalid' ? message : `${message}\n${code}: ${ERRORS[code].check}`;
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
