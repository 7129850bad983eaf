/** One try to have an exchange answered, as the record keeps it. */
export interface Attempt {
  readonly accountId: string;
  /** What the upstream said; null where it said nothing. */
  readonly status: number | null;
  /** Why it was not the last, or how it went. */
  readonly because: string;
  /** Milliseconds since the exchange began. */
  readonly startMs: number;
  readonly durationMs: number;
}
