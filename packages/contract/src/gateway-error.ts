import { type ErrorCode, type ErrorRow, toErrorRow } from './errors.ts';

/** What is wrong with one field of a call. */
export interface FieldProblem {
  /** Its name, with dots where it lies deeper. */
  readonly field: string;
  readonly reason: string;
}

interface GatewayErrorOptions {
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly publicMessage?: string;
  readonly fields?: readonly FieldProblem[] | undefined;
  readonly cause?: unknown;
}

/**
 * An error with a code from the table. `detail` is for logs and records, never for the caller;
 * `publicMessage` replaces the table's message where it can say more (which field, which bound); `fields` says the same to programs.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly publicMessage: string;
  readonly fields: readonly FieldProblem[];

  constructor(code: ErrorCode, options: GatewayErrorOptions = {}) {
    const row = toErrorRow(code);
    super(`${code}: ${options.publicMessage ?? row.message}`, { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.detail = options.detail ?? {};
    this.publicMessage = options.publicMessage ?? row.message;
    this.fields = options.fields ?? [];
  }

  get row(): ErrorRow {
    return toErrorRow(this.code);
  }
}

/** `field-invalid` for one field, in the words that all of them have: `to: must be after from`. */
export function toFieldError(field: string, reason: string): GatewayError {
  return new GatewayError('field-invalid', { publicMessage: `${field}: ${reason}`, fields: [{ field, reason }] });
}
