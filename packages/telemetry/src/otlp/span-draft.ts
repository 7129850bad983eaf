export type SpanValue = string | number | boolean | readonly string[];

/** A span that is over, as its maker writes it down. Ids are lower-case hex, instants microseconds since the epoch. */
export interface SpanDraft {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
  /** Null for the root of a trace. */
  readonly parentSpanId: string | null;
  /** Whether the parent was made by another program. */
  readonly parentIsRemote: boolean;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly startUs: number;
  readonly endUs: number;
  /** A value of undefined is left out. */
  readonly attributes: Readonly<Record<string, SpanValue | undefined>>;
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
}
