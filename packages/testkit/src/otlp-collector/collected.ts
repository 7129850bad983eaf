export type CollectedValue = string | number | boolean | readonly string[];

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  /** Since the epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, CollectedValue>>;
  /** 0 unset, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly resource: Readonly<Record<string, CollectedValue>>;
}

/** What one series of a histogram stood at. */
export interface CollectedPoint {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, CollectedValue>>;
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  readonly resource: Readonly<Record<string, CollectedValue>>;
}
