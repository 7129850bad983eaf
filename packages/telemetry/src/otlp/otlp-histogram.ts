/** A histogram that is sent by OTLP. */
export interface OtlpHistogram {
  record(value: number, attributes: Readonly<Record<string, string | number>>): void;
}

export interface OtlpHistogramText {
  readonly name: string;
  /** UCUM, such as `s` or `{token}`. */
  readonly unit: string;
  readonly about: string;
  /** Upper bounds of its buckets. */
  readonly bounds: readonly number[];
}
