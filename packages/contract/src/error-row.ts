/** Whose doing an error was: the caller's, ours, the upstream's, or the database's. */
export type ErrorSource = 'client' | 'gateway' | 'upstream' | 'storage';

/** One row of the error table. `message` is public; `check` tells an operator where to look. */
export interface ErrorRow {
  readonly status: number;
  readonly source: ErrorSource;
  /** Whether the same request may succeed later; false sends `x-should-retry: false`. */
  readonly retryable: boolean;
  /** `error.type` in Anthropic's error body. */
  readonly anthropicType: string;
  readonly message: string;
  readonly about: string;
  readonly check: string;
}
