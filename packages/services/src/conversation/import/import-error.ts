import { GatewayError } from '@nexus/contract';

/** What is wrong with a line of an export, for people. */
export function toImportError(number: number, what: string): GatewayError {
  return new GatewayError('import-invalid', { publicMessage: `line ${number} ${what}`, detail: { line: number } });
}
