import { type ErrorCode, type ErrorRow, toErrorRow } from './errors.ts';

/**
 * An error with a code from the table. `detail` is for logs and records, never for the caller;
 * `publicMessage` replaces the table's message where it can say more (which field, which bound).
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly publicMessage: string;

  constructor(
    code: ErrorCode,
    options: { detail?: Readonly<Record<string, unknown>>; publicMessage?: string; cause?: unknown } = {},
  ) {
    const row = toErrorRow(code);
    super(`${code}: ${options.publicMessage ?? row.message}`, { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.detail = options.detail ?? {};
    this.publicMessage = options.publicMessage ?? row.message;
  }

  get row(): ErrorRow {
    return toErrorRow(this.code);
  }
}
