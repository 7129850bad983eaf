export interface MetricText {
  /** Full name, unit last (`…_seconds`, `…_bytes`, `…_total`). */
  readonly name: string;
  readonly help: string;
}

/** A metric with labels, whose values come in their order. */
export interface LabelledText extends MetricText {
  readonly labels: readonly string[];
}
